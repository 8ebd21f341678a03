"""Idempotency-Key: a POST that is repeated gets its first answer again, and what it did is done once.

The key is claimed in the transaction that does the work. A twin that arrives meanwhile waits at the unique index for
its end, then finds the answer (or, when the first one failed, does the work itself).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.safety.models import AnsweredRequest
from waypost.platform.work import Work

KEPT = timedelta(hours=48)
LONGEST_KEY = 128


class KeyUsedForAnother(Conflict):
    """This Idempotency-Key was used for a different request."""


class KeyMalformed(Invalid):
    """An Idempotency-Key has 1 to 128 characters."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a request says about itself: its key (None when it sent none), its door and the digest of its body."""

    key: str | None
    door: str
    digest: bytes

    def __post_init__(self) -> None:
        if self.key is not None and not 0 < len(self.key) <= LONGEST_KEY:
            raise KeyMalformed


async def once(work: Work, given: Given, act: Callable[[], Awaitable[Any]]) -> Any:
    """Run `act` unless this key was answered before; returns its JSON-ready answer, or the first one again.

    Refuses (409) a key that came with another body. Without a key it just runs `act`.
    """
    if given.key is None:
        return await act()
    claimed = await _claim(work, given, given.key)
    if claimed is None:
        return await _first_answer(work, given)
    answer = await act()
    await work.db.execute(update(AnsweredRequest).where(AnsweredRequest.id == claimed).values(answer=answer))
    return answer


async def forget_before(work: Work, moment: datetime) -> None:
    """Drop answers older than `moment`."""
    await work.db.execute(delete(AnsweredRequest).where(AnsweredRequest.at < moment))


async def _claim(work: Work, given: Given, key: str) -> UUID | None:
    row = {"caller_id": _caller(work), "door": given.door, "key": key, "digest": given.digest, "at": work.now}
    claim = insert(AnsweredRequest).values(id=new_id(), **row).on_conflict_do_nothing().returning(AnsweredRequest.id)
    claimed: UUID | None = await work.db.scalar(claim)
    return claimed


async def _first_answer(work: Work, given: Given) -> Any:
    wanted = select(AnsweredRequest).where(
        AnsweredRequest.caller_id == _caller(work), AnsweredRequest.door == given.door, AnsweredRequest.key == given.key
    )
    first = (await work.db.scalars(wanted)).one()
    if first.digest != given.digest:
        raise KeyUsedForAnother
    return first.answer


def _caller(work: Work) -> UUID:
    """Strangers and machines share one range of keys per organisation: theirs are random and long."""
    return work.actor.person_id or UUID(int=0)
