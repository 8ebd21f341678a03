"""Questions about the log: its pages, its chain, what is not chained yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, Uuid, column, select, table, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.audit.chain import START, link_hash
from waypost.platform.audit.models import AuditLink, AuditLog
from waypost.platform.places import Place

VERIFIED_AT_ONCE = 1000

people = table("people", column("id", Uuid), column("display_name"))
"""Names beside acts; the database shows only this organisation's people. Identity stands on audit, so no import."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it; `who` is None for machines and for people who were never members."""

    entry: AuditLog
    who: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found; `broken_at` is the first position that does not hold, `head` the last hash."""

    length: int
    head: str
    broken_at: int | None


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


async def unchained(db: AsyncSession, ids: Sequence[UUID]) -> list[AuditLog]:
    """Of these entries the ones without a link, in the order of their ids (which is that of time)."""
    return list(await db.scalars(_without_link().where(AuditLog.id.in_(ids))))


async def stray(db: AsyncSession, since: datetime) -> list[UUID]:
    """Entries since a moment that no link covers."""
    return [entry.id for entry in await db.scalars(_without_link().where(AuditLog.at >= since))]


async def verify(db: AsyncSession) -> Verdict:
    """Walk the whole chain and stop at the first link that does not follow from its entry and its predecessor."""
    previous, position = START, 0
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
