"""Values of rows as they are kept beside an act, to compare and to put back: equal values have equal forms."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID


def plain(value: Any) -> Any:
    """As JSON has it, whatever zone the database told a time in."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Every value of a row."""
    return {name: plain(value) for name, value in row.items()}
