"""A look that somebody asked for, with its finding written down."""

from typing import Any
from uuid import UUID

from waypost.archive.records import queries
from waypost.archive.records.judging import note_verdict
from waypost.archive.records.verifying import Verifier
from waypost.archive.records.wire import verification_json
from waypost.platform.errors import Conflict
from waypost.platform.parts import Parts
from waypost.platform.web.doors import Stages


class NothingStands(Conflict):
    """The files of this version are not in place yet: there is nothing to look at."""


async def verified(stages: Stages, parts: Parts, record_id: UUID, number: int | None = None) -> dict[str, Any]:
    """Look at a version, keep what was found, and say it. Refuses with `NothingStands` while it is being put in place.

    Several short works: files are read while none is open.
    """
    async with stages.open(reads=True) as work:
        record = await queries.by_id(work.db, record_id)
        version = await queries.numbered(work.db, record, number)
    if version.kept_at is None:
        raise NothingStands
    verdict = await parts.of(Verifier).look(stages.open, version.id)
    async with stages.open() as work:
        found = await note_verdict(work, version.id, verdict)
    return verification_json(record, version, found)
