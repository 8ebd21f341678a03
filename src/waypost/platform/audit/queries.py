"""Questions about the log: its pages, its chain, what is not chained yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, Uuid, column, select, table, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.audit.chain import START, link_hash
from waypost.platform.audit.models import AuditCut, AuditLink, AuditLog
from waypost.platform.places import Place

VERIFIED_AT_ONCE = 1000
CUT = "audit.log.cut"
"""The act by which the log says that its oldest entries were removed."""

people = table("people", column("id", Uuid), column("display_name"))
"""Names beside acts; the database shows only this organisation's people. Identity stands on audit, so no import."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it; `who` is None for machines and for people who were never members."""

    entry: AuditLog
    who: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found; `broken_at` is the first position that does not hold, `head` the last hash.

    `length` counts from the first link ever; `removed` of them went when their time was over, up to acts of `reached`.
    """

    length: int
    head: str
    broken_at: int | None
    removed: int = 0
    reached: datetime | None = None


async def lines(db: AsyncSession, *, limit: int, after: Place | None = None) -> list[Line]:
    """Entries, newest first, those behind a place."""
    wanted = (
        select(AuditLog, people.c.display_name)
        .outerjoin(people, people.c.id == AuditLog.actor_id)
        .order_by(AuditLog.at.desc(), AuditLog.id.desc())
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(tuple_(AuditLog.at, AuditLog.id) < after)
    return [Line(entry, who) for entry, who in await db.execute(wanted)]


def place_of(line: Line) -> Place:
    """Where it stands: the next page begins behind the last line of this one."""
    return line.entry.at, line.entry.id


async def head(db: AsyncSession) -> AuditLink | None:
    """The newest link; note its hash outside the database to prove later that nothing was cut off."""
    link: AuditLink | None = await db.scalar(select(AuditLink).order_by(AuditLink.position.desc()).limit(1))
    return link


async def cut(db: AsyncSession) -> AuditCut | None:
    """Where the chain begins now; None: with its first link."""
    found: AuditCut | None = await db.scalar(select(AuditCut).order_by(AuditCut.position.desc()).limit(1))
    return found


async def end(db: AsyncSession) -> tuple[bytes, int]:
    """What the next link follows: the last hash and its position, also when every link was removed."""
    last = await head(db) or await cut(db)
    return (last.hash, last.position) if last else (START, 0)


async def unchained(db: AsyncSession, ids: Sequence[UUID]) -> list[AuditLog]:
    """Of these entries the ones without a link, in the order of their ids (which is that of time)."""
    return list(await db.scalars(_without_link().where(AuditLog.id.in_(ids))))


async def stray(db: AsyncSession, since: datetime) -> list[UUID]:
    """Entries since a moment that no link covers."""
    return [entry.id for entry in await db.scalars(_without_link().where(AuditLog.at >= since))]


async def verify(db: AsyncSession) -> Verdict:
    """Walk the chain and stop at the first link that does not follow from its entry and its predecessor.

    After a removal the walk begins where that says, and what it says must be told in the chain itself: whoever cuts off
    more, and changes the row, contradicts an entry.
    """
    begun = await cut(db)
    if begun is None:
        return await _walked(db, START, 0)
    found = await _walked(db, begun.hash, begun.position)
    told = await db.scalar(select(AuditLog.detail).where(AuditLog.act == CUT, AuditLog.thing_id == begun.id).limit(1))
    broken_at = found.broken_at if told == said_of(begun) else begun.position
    return Verdict(found.length, found.head, broken_at, begun.removed, begun.reached)


def said_of(one: AuditCut) -> dict[str, object]:
    """What the log itself says of a removal."""
    return {"position": one.position, "hash": one.hash.hex(), "removed": one.removed}


async def _walked(db: AsyncSession, previous: bytes, position: int) -> Verdict:
    while links := await _links_after(db, position):
        for link, entry in links:
            if link.position != position + 1 or link_hash(previous, link.position, entry) != link.hash:
                return Verdict(position, previous.hex(), position + 1)
            previous, position = link.hash, link.position
    return Verdict(position, previous.hex(), None)


async def _links_after(db: AsyncSession, position: int) -> list[tuple[AuditLink, AuditLog]]:
    wanted = (
        select(AuditLink, AuditLog)
        .join(AuditLog, AuditLog.id == AuditLink.log_id)
        .where(AuditLink.position > position)
        .order_by(AuditLink.position)
        .limit(VERIFIED_AT_ONCE)
        .execution_options(populate_existing=True)
    )
    return [(link, entry) for link, entry in await db.execute(wanted)]


def _without_link() -> Select[AuditLog]:
    covered = select(AuditLink.id).where(AuditLink.log_id == AuditLog.id).exists()
    return select(AuditLog).where(~covered).order_by(AuditLog.id)
