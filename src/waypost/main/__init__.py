"""The composition root: from settings to a house, from a house to a web app or a worker; only it knows all parts."""
