"""Notebooks: scores, links, status, views."""
