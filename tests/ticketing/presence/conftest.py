"""The office of the tickets' tests, with colleagues who come by."""

from tests.ticketing.tickets.conftest import globex, office

__all__ = ["globex", "office"]
