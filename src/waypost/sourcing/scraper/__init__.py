"""The scraper: its own process and port, HTTP only, no database but its own file."""
