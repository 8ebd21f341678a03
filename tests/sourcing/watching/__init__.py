"""Watching: figures, rules, objectives, health, the line to the scraper."""
