"""Filters of the inbox that people keep."""
