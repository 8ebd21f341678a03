"""Places in lists that are sorted by a moment and an id: what a cursor says, opaque and URL-safe."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from waypost.platform.errors import Invalid

Place = tuple[datetime, UUID]
"""The sort time and the id of a page's last row: the next page begins behind it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class PlaceUnreadable(Invalid):
    """This cursor is not one of ours."""


def written(place: Place) -> str:
    """A place as text."""
    at, last = place
    return urlsafe_b64encode(((at - _EPOCH) // _MICROSECOND).to_bytes(8) + last.bytes).rstrip(b"=").decode()


def read(cursor: str | None, refusal: type[Invalid] = PlaceUnreadable) -> Place | None:
    """The place again; None for the beginning. Refuses garbage (422, or as the door's own refusal says)."""
    if not cursor:
        return None
    try:
        data = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return _EPOCH + int.from_bytes(data[:8]) * _MICROSECOND, UUID(bytes=data[8:])
    except (ValueError, OverflowError):
        raise refusal from None
