"""How long a server asks us to wait (`Retry-After`, RFC 9110, 10.2.3)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=1)


def told_to_wait(headers: Mapping[str, str], now: datetime | None = None) -> timedelta | None:
    """In seconds or as a date; None when nothing usable is said, at most an hour."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(LONGEST, timedelta(seconds=min(int(text), 1_000_000)))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    left = until.replace(tzinfo=until.tzinfo or UTC) - (now or datetime.now(UTC))
    return max(timedelta(0), min(LONGEST, left))
