"""Figures, objectives and alerts over all of it."""
