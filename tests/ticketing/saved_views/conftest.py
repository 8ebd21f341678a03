"""The office of the tickets' tests."""

from tests.ticketing.tickets.conftest import globex, house, office, product

__all__ = ["globex", "house", "office", "product"]
