"""The verb: let raw mail go that is old enough, over, and needed by nobody."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from waypost.platform.storage.actions import begin_leaving
from waypost.platform.work import Work
from waypost.ticketing.intake.retention import queries
from waypost.ticketing.intake.retention.terms import Keepers, Named


async def let_go(work: Work, keepers: Keepers, blob_ids: Collection[UUID]) -> dict[UUID, str]:
    """Mark those of the blobs that may go: what is to be deleted, id to key. Equal bytes go when all copies may."""
    found = await queries.naming(work.db, blob_ids)
    needed = await keepers.needed(work, {one.ticket_id for one in found if one.over and one.ticket_id})
    going = may_go(found, needed) - await queries.shown_as_files(work.db, blob_ids)
    return await begin_leaving(work, going) if going else {}


def may_go(found: Sequence[Named], needed: Collection[UUID]) -> set[UUID]:
    """Blobs that are named, by rows that are all over and whose tickets nobody needs."""
    rows: dict[UUID, list[Named]] = defaultdict(list)
    for one in found:
        rows[one.blob_id].append(one)
    return {blob for blob, all_ in rows.items() if all(one.over and one.ticket_id not in needed for one in all_)}
