"""What the API and the scraper say to each other, written once for both: shapes, signatures, identities. Pure."""
