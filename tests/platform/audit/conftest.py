"""People and a small app for the audit log."""

from tests.cast import cast

__all__ = ["cast"]
