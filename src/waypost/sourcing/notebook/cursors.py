"""Places in the lists of offers: a number or a moment, and an id; opaque and URL-safe."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from waypost.platform.errors import Invalid

Place = tuple[int | datetime, UUID]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class PlaceUnreadable(Invalid):
    """This cursor is not one of ours."""


def written(place: Place) -> str:
    """A place as text."""
    value, last = place
    kind, number = (1, (value - _EPOCH) // _MICROSECOND) if isinstance(value, datetime) else (0, value)
    return urlsafe_b64encode(bytes([kind]) + number.to_bytes(8, signed=True) + last.bytes).rstrip(b"=").decode()


def read(cursor: str | None, *, moment: bool) -> Place | None:
    """The place again, of a list by moments or by numbers; None for the beginning. Refuses garbage (422)."""
    if not cursor:
        return None
    try:
        data = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        number, last = int.from_bytes(data[1:9], signed=True), UUID(bytes=data[9:])
        if data[0] != moment:
            raise ValueError("a place in another list")
        return (_EPOCH + number * _MICROSECOND if moment else number), last
    except (ValueError, OverflowError, IndexError):
        raise PlaceUnreadable from None
