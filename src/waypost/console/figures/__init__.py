"""Figures of the whole installation for `/metrics`: aggregates without content, no organisation in them."""
