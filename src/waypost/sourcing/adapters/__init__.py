"""How a source is read: structured data, feeds, sitemaps, recipes. Pure: bytes in, offers out."""
