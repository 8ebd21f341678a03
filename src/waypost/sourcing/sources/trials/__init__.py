"""Trying a source before it is believed: one list and one offer read politely, or pasted; what an address offers."""
