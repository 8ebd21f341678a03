"""What a board writes, read into what we compare: salaries, places, contracts, dates. Pure functions and tables."""
