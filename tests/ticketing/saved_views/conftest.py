"""The office of the tickets' tests."""

from tests.ticketing.tickets.conftest import globex, office

__all__ = ["globex", "office"]
