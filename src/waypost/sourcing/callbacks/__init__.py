"""What the scraper reports, believed after its signature: heartbeats, chunks, the end."""
