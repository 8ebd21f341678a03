"""The Date header as a moment, when it can be one."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FIRST, _LAST = 1970, 2200


def read_date(raw: str) -> datetime | None:
    """The moment in UTC; without a zone it is taken as UTC. None for what is no date, or one that no mail can bear."""
    text = raw.strip()[:200]
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment if _FIRST <= moment.year <= _LAST else None
    return None
