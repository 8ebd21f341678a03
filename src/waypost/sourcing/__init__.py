"""Sourcing: a run becomes offers. A separate scraper fetches; callbacks that are signed bring what it found."""
