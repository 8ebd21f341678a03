"""What the pages and doors show: the list, and one record whole, each in a fixed number of questions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.evidence import queries as evidence
from waypost.archive.evidence.models import EvidenceCheckpoint, EvidenceTimeProof
from waypost.archive.records import listing, queries
from waypost.archive.records.ladder import Rung, rungs
from waypost.archive.records.models import KeptFile, Record, RecordVersion, Verification
from waypost.archive.records.views import View
from waypost.platform.facts import KeptFact
from waypost.platform.identity.queries import names
from waypost.platform.places import read, written

ROWS = 50


@dataclass(frozen=True, slots=True)
class Whole:
    """A record with everything its page shows of it."""

    record: Record
    version: RecordVersion
    """The one that is looked at; the newest unless another was asked for."""
    versions: Sequence[RecordVersion]
    files: dict[UUID, list[KeptFile]]
    check: Verification | None
    events: Sequence[KeptFact]
    checkpoint: EvidenceCheckpoint | None
    """The newest one that covers the version's leaf."""
    time_proof: EvidenceTimeProof | None
    """The earliest one that covers it: never a step of the ladder (ruling 27)."""

    @property
    def rungs(self) -> list[Rung]:
        """The ladder of the version that is looked at."""
        return rungs(self.version.level, self.version.wanted)

    @property
    def pdfs(self) -> list[KeptFile]:
        """Its volumes."""
        return [one for one in self.files.get(self.version.id, ()) if one.role == "pdf"]


async def listed(db: AsyncSession, view: View, *, rows: int = ROWS) -> dict[str, Any]:
    """The list pane: two questions."""
    found = await listing.page(db, view.filters(), before=read(view.cursor), limit=rows)
    shown = found[:rows]
    older = written((shown[-1].kept_at, shown[-1].id)) if len(found) > rows else None
    return {
        "view": view,
        "rows": shown,
        "older": view.at(older).query() if older else None,
        "newer": view.at().query() or "?" if view.cursor else None,
        "damaged": await listing.damaged(db),
        "counted": listing.COUNTED,
    }


async def whole(db: AsyncSession, record_id: UUID, number: int | None = None) -> Whole:
    """One record (seven questions). Refuses with `RecordNotFound` and `VersionNotFound`."""
    record = await queries.by_id(db, record_id)
    versions = await queries.versions(db, record_id)
    wanted = number or record.newest or record.numbered
    version = next((one for one in versions if one.number == wanted), None)
    if version is None:
        raise queries.VersionNotFound
    return Whole(
        record,
        version,
        versions,
        await files_of(db, [one.id for one in versions]),
        await queries.newest_check(db, version.id),
        await queries.happened(db, record_id),
        await evidence.checkpoint(db, covering=version.log_position),
        await evidence.time_proof(db, version.log_position),
    )


async def files_of(db: AsyncSession, version_ids: Sequence[UUID]) -> dict[UUID, list[KeptFile]]:
    """The files of some versions, in one question."""
    found: dict[UUID, list[KeptFile]] = defaultdict(list)
    for one in await queries.files_of(db, version_ids):
        found[one.version_id].append(one)
    return found


async def people_of(db: AsyncSession, events: Sequence[KeptFact], check: Verification | None) -> dict[UUID, str]:
    """Names beside what happened."""
    ids = {one.actor_id for one in events} | ({check.person_id} if check else set())
    return await names(db, {one for one in ids if one})
