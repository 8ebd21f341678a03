"""Zammad installations that bring cases: their address, their secrets, their tags and notes."""
