"""The bodies of the catalogue's SECURITY DEFINER functions, one file a noun; lookups.py calls them by name."""
