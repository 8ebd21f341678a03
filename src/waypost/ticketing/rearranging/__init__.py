"""Merging, splitting and moving conversations, each with its way back."""
