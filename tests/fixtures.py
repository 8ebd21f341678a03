"""Fixtures that many folders of tests share beyond the database."""
