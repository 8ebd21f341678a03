"""Places in lists: opaque, URL-safe, and refused when they are not ours."""

import base64
import binascii
import json
from datetime import datetime
from uuid import UUID

from waypost.platform.errors import Invalid

LONGEST = 200
"""Ours are about 120 characters."""


class InvalidCursor(Invalid):
    """Invalid cursor."""


def cursor(at: datetime, last_id: UUID) -> str:
    """The place after the row with this sort time and id."""
    text = json.dumps({"id": str(last_id), "sort_ts": at.isoformat()}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def parse_cursor(text: str | None) -> tuple[datetime, UUID] | None:
    """The place again; None for the beginning."""
    if not text:
        return None
    if len(text) > LONGEST:
        raise InvalidCursor
    try:
        data = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        at = datetime.fromisoformat(data["sort_ts"])
        if at.tzinfo is None:
            raise InvalidCursor
        return at, UUID(data["id"])
    except (ValueError, KeyError, TypeError, binascii.Error) as broken:
        raise InvalidCursor from broken
