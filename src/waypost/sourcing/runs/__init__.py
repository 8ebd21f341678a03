"""Runs: a wish to look, the task that follows, its lease and its end."""
