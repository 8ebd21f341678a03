"""Places in lists of the archive: a moment and an id, opaque and URL-safe."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from waypost.platform.errors import Invalid

Place = tuple[datetime, UUID]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class PlaceUnreadable(Invalid):
    """This cursor is not one of ours."""


def written(place: Place) -> str:
    """A place as text."""
    at, last = place
    return urlsafe_b64encode(((at - _EPOCH) // _MICROSECOND).to_bytes(8) + last.bytes).rstrip(b"=").decode()


def read(cursor: str | None) -> Place | None:
    """The place again; None for the beginning. Refuses garbage (422)."""
    if not cursor:
        return None
    try:
        data = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return _EPOCH + int.from_bytes(data[:8]) * _MICROSECOND, UUID(bytes=data[8:])
    except (ValueError, OverflowError):
        raise PlaceUnreadable from None
