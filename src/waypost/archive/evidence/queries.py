"""Questions to a log: how far it has come, its entries, what proofs are made of, what is signed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.evidence import tree
from waypost.archive.evidence.entries import Kind
from waypost.archive.evidence.models import (
    EvidenceCheckpoint,
    EvidenceLeaf,
    EvidenceLog,
    EvidenceNode,
    EvidenceTimeProof,
    EvidenceWatch,
)
from waypost.platform.errors import Unavailable
from waypost.platform.rows import among

PAGE = 100
NODES = text("""
with wanted as (select * from unnest(cast(:levels as bigint[]), cast(:places as bigint[])) as w (level, place))
select 0::bigint, l.position, l.hash from evidence_leaves l join wanted w on w.level = 0 and w.place = l.position
union all
select n.level, n.place, n.hash from evidence_nodes n join wanted w on w.level = n.level and w.place = n.place
""")

GROWTH = text("""
select c.size from generate_series(cast(:since as timestamptz) + :step, :until, :step) as span (ended)
left join lateral (select size from evidence_checkpoints where at <= ended order by at desc limit 1) c on true
order by ended
""")


class LogUnusable(Unavailable):
    """The log of evidence was changed from outside: nothing is added to it until somebody has looked."""

    code = "log_unusable"


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log has come."""

    size: int
    root: bytes
    grew_at: datetime | None = None


async def edge(db: AsyncSession, *, for_update: bool = False) -> EvidenceLog | None:
    """The row of the growing edge; None before the first entry."""
    wanted = select(EvidenceLog).execution_options(populate_existing=True)
    found: EvidenceLog | None = await db.scalar(wanted.with_for_update() if for_update else wanted)
    return found


async def head(db: AsyncSession) -> Head:
    """Size and root as of now."""
    found = await edge(db)
    if found is None:
        return Head(0, tree.EMPTY)
    return Head(found.size, edge_of(found).root(), found.grew_at)


def edge_of(row: EvidenceLog) -> tree.Frontier:
    """The growing edge as the row says. Refuses with LogUnusable."""
    try:
        return tree.Frontier.read(row.size, row.frontier)
    except ValueError:
        raise LogUnusable from None


async def watch(db: AsyncSession) -> EvidenceWatch | None:
    """What the last looks found; None before the first."""
    found: EvidenceWatch | None = await db.scalar(select(EvidenceWatch))
    return found


async def leaf_at(db: AsyncSession, position: int) -> EvidenceLeaf | None:
    """One entry."""
    found: EvidenceLeaf | None = await db.scalar(select(EvidenceLeaf).where(EvidenceLeaf.position == position))
    return found


async def leaves(
    db: AsyncSession, start: int, limit: int = PAGE, *, before: int | None = None, fresh: bool = False
) -> Sequence[EvidenceLeaf]:
    """Entries from a position on, in order; `before` ends them, `fresh` reads again what the session has seen."""
    wanted = select(EvidenceLeaf).where(EvidenceLeaf.position >= start).order_by(EvidenceLeaf.position).limit(limit)
    if before is not None:
        wanted = wanted.where(EvidenceLeaf.position < before)
    return list(await db.scalars(wanted.execution_options(populate_existing=fresh)))


async def counted(db: AsyncSession) -> dict[str, int]:
    """How many entries there are of each kind."""
    rows = await db.execute(select(EvidenceLeaf.kind, func.count()).group_by(EvidenceLeaf.kind))
    return {kind: count for kind, count in rows}


async def nodes(db: AsyncSession, wanted: Iterable[tree.Node]) -> dict[tree.Node, bytes]:
    """Those of the perfect subtrees that stand, in one statement, whatever their number."""
    asked = list(dict.fromkeys(wanted))
    given = {"levels": [level for level, _place in asked], "places": [place for _level, place in asked]}
    return {(level, place): hash_ for level, place, hash_ in await db.execute(NODES, given)}


async def node_count(db: AsyncSession) -> int:
    """How many subtrees above the leaves are kept."""
    return await db.scalar(select(func.count()).select_from(EvidenceNode)) or 0


async def inclusion(db: AsyncSession, position: int, size: int) -> list[bytes]:
    """The path from a leaf to the root of the tree of `size`, lowest first."""
    ranges = tree.inclusion_ranges(position, size)
    return tree.resolved(ranges, await nodes(db, (node for each in ranges for node in tree.perfect(each))))


async def consistency(db: AsyncSession, old: int, new: int) -> list[bytes]:
    """What proves that the tree of `new` leaves begins with that of `old`."""
    ranges = tree.consistency_ranges(old, new)
    return tree.resolved(ranges, await nodes(db, (node for each in ranges for node in tree.perfect(each))))


async def root_of(db: AsyncSession, size: int) -> bytes:
    """Root of the first `size` leaves, from the kept subtrees. Raises KeyError where one is missing."""
    return tree.resolved([(0, size)], await nodes(db, tree.perfect((0, size))))[0]


async def checkpoint(db: AsyncSession, *, covering: int = 0, size: int | None = None) -> EvidenceCheckpoint | None:
    """The newest one, the one of exactly `size`, or None; only such as cover more leaves than `covering`."""
    wanted = select(EvidenceCheckpoint).where(EvidenceCheckpoint.size > covering)
    if size is not None:
        wanted = wanted.where(EvidenceCheckpoint.size == size)
    found: EvidenceCheckpoint | None = await db.scalar(wanted.order_by(EvidenceCheckpoint.size.desc()).limit(1))
    return found


async def checkpoints(db: AsyncSession, *, below: int | None = None, limit: int = PAGE) -> Sequence[EvidenceCheckpoint]:
    """Newest first; `below` a size continues the list."""
    wanted = select(EvidenceCheckpoint).order_by(EvidenceCheckpoint.size.desc()).limit(limit)
    if below is not None:
        wanted = wanted.where(EvidenceCheckpoint.size < below)
    return list(await db.scalars(wanted))


async def checkpoints_between(db: AsyncSession, start: int, end: int) -> Sequence[EvidenceCheckpoint]:
    """Those of sizes above `start` up to `end`, smallest first."""
    wanted = select(EvidenceCheckpoint).where(EvidenceCheckpoint.size > start, EvidenceCheckpoint.size <= end)
    return list(await db.scalars(wanted.order_by(EvidenceCheckpoint.size)))


async def time_proof(db: AsyncSession, position: int) -> EvidenceTimeProof | None:
    """The earliest one that covers a leaf; None while none does."""
    wanted = select(EvidenceTimeProof).where(EvidenceTimeProof.size > position)
    found: EvidenceTimeProof | None = await db.scalar(wanted.order_by(EvidenceTimeProof.size).limit(1))
    return found


async def time_proofs(db: AsyncSession, *, below: int | None = None, limit: int = PAGE) -> Sequence[EvidenceTimeProof]:
    """Newest first; `below` a size continues the list."""
    wanted = select(EvidenceTimeProof).order_by(EvidenceTimeProof.size.desc()).limit(limit)
    if below is not None:
        wanted = wanted.where(EvidenceTimeProof.size < below)
    return list(await db.scalars(wanted))


async def time_proofs_of(db: AsyncSession, sizes: Sequence[int]) -> dict[int, EvidenceTimeProof]:
    """By size."""
    found = await db.scalars(select(EvidenceTimeProof).where(among(EvidenceTimeProof.size, sizes)))
    return {one.size: one for one in found}


@dataclass(frozen=True, slots=True)
class Unproven:
    """Entries that no token covers yet; the log's own notes of tokens do not count."""

    count: int
    since: datetime | None
    first: int
    """Position of the oldest."""


async def unproven(db: AsyncSession, at_most: int) -> Unproven:
    """How many there are (counted up to `at_most`), and since when the oldest waits."""
    covered = select(func.coalesce(func.max(EvidenceTimeProof.size), 0)).scalar_subquery()
    waiting = (
        select(EvidenceLeaf.at, EvidenceLeaf.position)
        .where(EvidenceLeaf.position >= covered, EvidenceLeaf.kind != Kind.TIME_PROOF)
        .order_by(EvidenceLeaf.position)
        .limit(at_most)
        .subquery()
    )
    asked = select(func.count(), func.min(waiting.c.at), func.min(waiting.c.position)).select_from(waiting)
    count, since, first = (await db.execute(asked)).one()
    return Unproven(count, since, first or 0)


async def growth(db: AsyncSession, since: datetime, until: datetime, points: int = 30) -> list[int]:
    """The size that was signed last by the end of each of `points` equal spans."""
    given = {"since": since, "step": (until - since) / points, "until": until}
    return [size or 0 for size in await db.scalars(GROWTH, given)]


async def rows_beyond(db: AsyncSession, size: int, made: int) -> dict[str, int]:
    """Rows that a tree of `size` leaves with `made` subtrees above them cannot have, by what they are."""
    latest = func.count().filter(EvidenceLeaf.kind == Kind.TIME_PROOF)
    total, noted = (await db.execute(select(func.count(), latest).select_from(EvidenceLeaf))).one()
    tokens = await db.scalar(select(func.count()).select_from(EvidenceTimeProof)) or 0
    late = select(func.count()).select_from(EvidenceCheckpoint).where(EvidenceCheckpoint.size > size)
    return {
        "leaf": max(total - size, 0),
        "node": max(await node_count(db) - made, 0),
        "time_proof": max(tokens - noted, 0),
        "checkpoint": await db.scalar(late) or 0,
    }
