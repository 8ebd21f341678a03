"""When a mail came, as its own header tells: the newest `Received` is the last server's word, `Date` the sender's."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

HEADER_BYTES = 65_536
RECEIVED = re.compile(rb"^received:(.*(?:\r?\n[ \t].*)*)", re.MULTILINE | re.IGNORECASE)
DATE = re.compile(rb"^date:(.*(?:\r?\n[ \t].*)*)", re.MULTILINE | re.IGNORECASE)
EARLIEST = datetime(1982, 8, 1, tzinfo=UTC)
"""RFC 822."""


def arrival_time(raw: bytes, latest: datetime) -> datetime | None:
    """None when the header says nothing usable, or something before there was mail or after `latest`."""
    header = raw[:HEADER_BYTES].partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    for pattern in (RECEIVED, DATE):
        found = pattern.search(header)
        at = found and _time(found[1].rpartition(b";")[2])
        if at and EARLIEST <= at <= latest:
            return at
    return None


def _time(text: bytes) -> datetime | None:
    try:
        at = parsedate_to_datetime(b" ".join(text.split()).decode("ascii", "replace"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
