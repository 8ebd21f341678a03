"""Rows as CSV for spreadsheets (RFC 4180). Cells that one would run as a formula begin with an apostrophe."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

RISKY = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> str:
    """As it stands in the file: nothing for None, times in UTC, numbers as they are, texts that start nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if not isinstance(value, int | float) and text.startswith(RISKY) else text


def lines(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as text with CRLF; every value goes through `cell`."""
    kept = StringIO()
    csv.writer(kept).writerows([cell(value) for value in row] for row in rows)
    return kept.getvalue()
