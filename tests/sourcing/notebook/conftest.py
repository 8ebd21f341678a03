"""The people of these tests."""

from tests.cast import cast

__all__ = ["cast"]
