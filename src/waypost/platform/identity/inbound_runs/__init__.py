"""Runs that a scraper reports about: which organisation a callback's run belongs to, asked before any table is read."""
