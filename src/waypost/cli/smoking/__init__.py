"""The smoke test of sourcing: from an address to offers, through a real scraper that fetches a real board, signed."""
