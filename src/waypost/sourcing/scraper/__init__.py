"""The scraper: a process of its own that fetches what it is told and reports back, without a database of ours."""
