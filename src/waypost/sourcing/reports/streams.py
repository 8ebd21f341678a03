"""The three logs of a run, each in its own order, page by page: the run's, the scraper's, and what was called back."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import Invalid
from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.runs.models import ExecutionEvent, RunEvent

EXECUTION, RUN, CALLBACK = "execution", "run", "callback"
STREAMS: Mapping[str, tuple[Any, tuple[Any, Any]]] = {
    EXECUTION: (ExecutionEvent, (ExecutionEvent.lease_token, ExecutionEvent.seq)),
    RUN: (RunEvent, (RunEvent.created_at, RunEvent.id)),
    CALLBACK: (CallbackEvent, (CallbackEvent.received_at, CallbackEvent.id)),
}
"""Each with what orders it."""
MOST_LINES = 500
"""Lines of one stream on one page."""
Place = tuple[Any, Any]
Number = Annotated[int, msgspec.Meta(ge=0, le=2_147_483_647)]


class PlaceUnreadable(Invalid):
    """This cursor is not one of this log's."""

    status = 400


class Places(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last line that was seen of each stream; a stream that is missing has ended."""

    execution: tuple[Number, Number] | None = None
    run: tuple[datetime, UUID] | None = None
    callback: tuple[datetime, UUID] | None = None

    @classmethod
    def read(cls, cursor: str) -> "Places":
        """The places again; refuses garbage (400)."""
        try:
            data = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            return msgspec.json.decode(data, type=cls)
        except (ValueError, binascii.Error, msgspec.MsgspecError):
            raise PlaceUnreadable from None

    def written(self) -> str | None:
        """As text; None where every stream has ended."""
        if self == Places():
            return None
        return urlsafe_b64encode(msgspec.json.encode(self)).rstrip(b"=").decode()


async def lines(
    db: AsyncSession, stream: str, run_id: UUID, place: Place | None = None, *, forward: bool = False, most: int
) -> Sequence[Any]:
    """At most so many lines of one stream: the newest before a place, or with `forward` the oldest behind it."""
    model, key = STREAMS[stream]
    chosen = select(model).where(model.source_run_id == run_id)
    if place is not None:
        there = tuple_(*(literal(value, column.type) for value, column in zip(place, key, strict=True)))
        chosen = chosen.where(tuple_(*key) > there if forward else tuple_(*key) < there)
    order = key if forward else [column.desc() for column in key]
    return (await db.scalars(chosen.order_by(*order).limit(most))).all()


def place_of(stream: str, line: Any) -> Place:
    """Where a line stands in its stream."""
    first, second = (getattr(line, column.key) for column in STREAMS[stream][1])
    return first, second
