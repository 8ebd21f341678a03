"""Places in lists: opaque, URL-safe, and refused when they are not ours."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.platform.errors import Invalid

LONGEST = 200
"""Ours are about 120 characters."""
LARGEST_RANK = 1_000_000


class InvalidCursor(Invalid):
    """Invalid cursor."""


def cursor(at: datetime, last_id: UUID) -> str:
    """The place after the row with this sort time and id."""
    return _packed({"id": str(last_id), "sort_ts": at.isoformat()})


def parse_cursor(text: str | None) -> tuple[datetime, UUID] | None:
    """The place again; None for the beginning."""
    return _place(_unpacked(text)) if text else None


def ranked_cursor(rank: int, at: datetime, last_id: UUID) -> str:
    """The place in a list that is sorted by a number first."""
    return _packed({"id": str(last_id), "rank": rank, "sort_ts": at.isoformat()})


def parse_ranked(text: str | None) -> tuple[int, datetime, UUID] | None:
    """The same again; None for the beginning."""
    if not text:
        return None
    data = _unpacked(text)
    rank = data.get("rank")
    if not isinstance(rank, int) or abs(rank) > LARGEST_RANK:
        raise InvalidCursor
    return rank, *_place(data)


def _packed(place: dict[str, str | int]) -> str:
    text = json.dumps(place, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpacked(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise InvalidCursor
    try:
        data = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as broken:
        raise InvalidCursor from broken
    if not isinstance(data, dict):
        raise InvalidCursor
    return data


def _place(data: dict[str, Any]) -> tuple[datetime, UUID]:
    try:
        at = datetime.fromisoformat(data["sort_ts"])
        if at.tzinfo is None:
            raise InvalidCursor
        return at, UUID(data["id"])
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise InvalidCursor from broken
