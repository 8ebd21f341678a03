"""The wish to keep something, and its way to a record."""
