"""Places in the catalogue: a moment and an id, opaque and URL-safe."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

from waypost.platform.errors import Invalid
from waypost.sourcing.offers.search import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class CursorUnreadable(Invalid):
    """This cursor is not one of the catalogue's."""

    status = 400


def written(place: Place) -> str:
    """A place as text."""
    at, last = place
    return urlsafe_b64encode(((at - _EPOCH) // _MICROSECOND).to_bytes(8) + last.bytes).rstrip(b"=").decode()


def read(cursor: str | None) -> Place | None:
    """The place again; None for the beginning. Refuses garbage (400)."""
    if not cursor:
        return None
    try:
        data = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return _EPOCH + int.from_bytes(data[:8]) * _MICROSECOND, UUID(bytes=data[8:])
    except (ValueError, OverflowError):
        raise CursorUnreadable from None
