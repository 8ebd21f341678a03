"""Ticketing meets the archive: a closed ticket becomes a case that is kept, and the ticket shows its record."""
