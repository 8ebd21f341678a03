"""Frozen selections of dead letters: what a bulk act may touch, counted before it acts, with a receipt after it."""
