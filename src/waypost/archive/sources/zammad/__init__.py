"""Zammad as it is documented: its interface as we use it, and what its tickets become. No database, no web."""
