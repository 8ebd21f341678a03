"""The reader, without database or network."""
