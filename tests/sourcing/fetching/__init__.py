"""Manners, measured at the log of a real server; runs from their first page to their findings."""
