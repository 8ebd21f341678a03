"""Callbacks that could not be delivered, as the scraper tells of them, and their replay."""
