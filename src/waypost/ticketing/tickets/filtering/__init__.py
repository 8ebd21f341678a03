"""Choosing among tickets: the saved views above the list, and the form that narrows it."""
