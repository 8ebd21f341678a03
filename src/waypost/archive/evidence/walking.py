"""Computing a whole log anew, entry by entry: what was changed, removed or dated back since, and where.

Costs about a second for every 20,000 entries; it runs every night, from the command line, and as part of an export.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.evidence import queries, tree
from waypost.archive.evidence.actions import time_proof_content
from waypost.archive.evidence.entries import Entry, Kind, log_name
from waypost.archive.evidence.keeper import Keeper, Opens
from waypost.archive.evidence.models import EvidenceCheckpoint, EvidenceLeaf
from waypost.archive.evidence.notes import NotACheckpoint
from waypost.archive.evidence.tree import Frontier, Node

AT_ONCE = 1_000
MOST = 50
"""Findings that are written down; more say nothing new."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was: `what` is a token, `where` a position, a size or an id."""

    what: str
    where: str

    def said(self) -> dict[str, Any]:
        """As the database and programs get it."""
        return {"what": self.what, "where": self.where}


Beside = Callable[[AsyncSession, Sequence[EvidenceLeaf]], Awaitable[Iterable[Finding]]]
"""Compares entries of one kind with the rows they speak of."""


Count = Callable[[AsyncSession], Awaitable[int]]


@dataclass(slots=True)
class Besides:
    """Who compares which kind of entry; a part that the features above the log fill."""

    by_kind: dict[str, Beside] = field(default_factory=dict)
    counts: dict[tuple[str, ...], Count] = field(default_factory=dict)
    """How many rows there are that entries of these kinds speak of, one row for each entry: more were smuggled in."""


@dataclass(slots=True)
class Walk:
    """A walk under way, and what it came to."""

    org: UUID
    keeper: Keeper
    besides: Besides
    edge: Frontier = field(default_factory=Frontier)
    findings: list[Finding] = field(default_factory=list)
    made: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    async def over(self, works: Opens) -> list[Finding]:
        """From the first entry to the last one that stands when it begins; each thousand in a work of its own."""
        outside = await self.keeper.outside.sizes(self.org)
        async with works() as work:
            log = await queries.edge(work.db)
            end = log.size if log else 0
        while self.edge.size < end:
            async with works() as work:
                await self._step(work.db, end, outside)
        async with works() as work:
            await self._end(work.db, end, outside)
        return self.findings

    async def _step(self, db: AsyncSession, end: int, outside: set[int]) -> None:
        start = self.edge.size
        stop = min(start + AT_ONCE, end)
        rows = {row.position: row for row in await queries.leaves(db, start, AT_ONCE, before=stop, fresh=True)}
        signed = {row.size: row for row in await queries.checkpoints_between(db, start, stop)}
        made = await asyncio.to_thread(self._computed, rows, start, stop, signed)
        self.made += len(made)
        kept = await queries.nodes(db, made)
        changed = [f"{level}/{place}" for (level, place), hash_ in made.items() if kept.get((level, place)) != hash_]
        self._found("node_changed", changed)
        first = min(outside, default=stop + 1)
        there = {size for size in outside if start < size <= stop}
        self._found("checkpoint_missing", sorted(there - signed.keys()))
        self._found("checkpoint_unknown", sorted(size for size in signed.keys() - there if size >= first))
        await self._beside(db, list(rows.values()))

    def _computed(
        self, rows: Mapping[int, EvidenceLeaf], start: int, stop: int, signed: Mapping[int, EvidenceCheckpoint]
    ) -> dict[Node, bytes]:
        """The subtrees that must stand above these entries. In a thread: it is all arithmetic."""
        made: dict[Node, bytes] = {}
        for position in range(start, stop):
            row = rows.get(position)
            if row is None:
                self._found("leaf_missing", [position])
            elif entry_of(self.org, row).hash() != row.hash:
                self._found("leaf_changed", [position])
            made.update(self.edge.push(tree.EMPTY if row is None else row.hash))
            if (checkpoint := signed.get(self.edge.size)) is not None:
                self._check(checkpoint)
        return made

    def _check(self, row: EvidenceCheckpoint) -> None:
        """A row must say what its note says, the note must be ours, and the root must be that of the entries."""
        try:
            said = self.keeper.notary.read(row.note, log_name(self.org)).checkpoint
        except NotACheckpoint:
            self._found("checkpoint_changed", [row.size])
            return
        if (said.size, said.root, said.at) != (row.size, row.root, row.at):
            self._found("checkpoint_changed", [row.size])
        elif said.root != self.edge.root():
            self._found("root_differs", [row.size])

    async def _beside(self, db: AsyncSession, rows: Sequence[EvidenceLeaf]) -> None:
        self.kinds.update(row.kind for row in rows)
        known: dict[str, Beside] = {Kind.TIME_PROOF: time_proofs_beside, **self.besides.by_kind}
        for kind, compare in known.items():
            about = [row for row in rows if row.kind == kind]
            if about:
                for found in await compare(db, about):
                    self._found(found.what, [found.where])

    async def _end(self, db: AsyncSession, end: int, outside: set[int]) -> None:
        """The edge must be that of the entries, and there may be no row that the tree does not have."""
        now = await queries.edge(db)
        if now is not None and now.size == end:
            if now.frontier != self.edge.written():
                self._found("edge_changed", [end])
            extra = await queries.rows_beyond(db, end, self.made)
            self._found("row_unknown", [name for name, count in extra.items() if count])
            for kinds, count in self.besides.counts.items():
                more = await count(db) > sum(self.kinds[kind] for kind in kinds)
                self._found("row_unknown", [kinds[0]] if more else [])
        self._found("log_behind", [size for size in [max(outside, default=0)] if now and size > now.size])

    def _found(self, what: str, where: Iterable[object]) -> None:
        room = MOST - len(self.findings)
        self.findings += [Finding(what, str(each)) for each, _room in zip(where, range(room), strict=False)]


def entry_of(org: UUID, row: EvidenceLeaf) -> Entry:
    """What a row's hash must cover."""
    return Entry(log_name(org), row.position, row.kind, row.at, row.content)


async def time_proofs_beside(db: AsyncSession, leaves: Sequence[EvidenceLeaf]) -> list[Finding]:
    """Every token that the log remembers must be there, unchanged."""
    rows = await queries.time_proofs_of(db, [leaf.content["size"] for leaf in leaves])
    found = []
    for leaf in leaves:
        size = leaf.content["size"]
        row = rows.get(size)
        if row is None:
            found.append(Finding("time_proof_missing", str(size)))
        elif time_proof_content(row.size, row.root, row.token, row.authority, row.at) != leaf.content:
            found.append(Finding("time_proof_changed", str(size)))
    return found
