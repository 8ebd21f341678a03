"""The office of the tickets' tests, with colleagues who come by."""

from tests.ticketing.tickets.conftest import globex, house, office, product

__all__ = ["globex", "house", "office", "product"]
