"""Waypost: mail becomes conversations, work becomes invoices, what is closed becomes evidence."""

__version__ = "0.1.0"
