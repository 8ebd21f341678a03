"""The scraper: a process of its own that fetches what it is told to and reports back. It knows no database but its own."""
