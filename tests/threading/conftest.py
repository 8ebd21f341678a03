"""Desks as the tests of ticketing have them."""

from tests.ticketing.conftest import desk, other_desk

__all__ = ["desk", "other_desk"]
