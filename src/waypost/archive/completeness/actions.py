"""Verbs of completeness: state a day, look how things stand, ask for what is missing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from waypost.archive.completeness import queries
from waypost.archive.completeness.models import CompletenessWatch, Statement
from waypost.archive.completeness.queries import Closed
from waypost.archive.completeness.stating import leaf_content, said_of
from waypost.archive.evidence.actions import append
from waypost.archive.evidence.entries import Kind
from waypost.archive.requests.actions import Wish, ask
from waypost.platform.errors import Invalid, NotFound
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_unless_there
from waypost.platform.work import Work

PATIENCE = timedelta(minutes=30)
"""What a closed case gets to be kept in before it counts as missing."""
OVERLAP = timedelta(minutes=10)
"""A work that was open at the last look may have noted a closing since: ids are looked at again from before it."""


class NoSuchDay(NotFound):
    """Nothing was closed on this day, and no statement speaks of it."""


class DayNotOver(Invalid):
    """A day is stated when it is over (UTC)."""


async def state(work: Work, day: date) -> Statement:
    """The statement of a day as things are now: a new one when they changed, else the one that stands.

    Refuses with DayNotOver. Two works at once wait for each other in the log.
    """
    if queries.span_of(day)[1] > work.now:
        raise DayNotOver
    said = said_of(day, await queries.closings(work.db, day))
    before = await queries.statement(work.db, day)
    if before is not None and before.items_sha256 == said.items_sha256:
        return before
    revision, replaces = (before.revision + 1, before.position) if before else (1, None)
    content = leaf_content(day, revision, said.tally, said.items_sha256, replaces)
    leaf = await append(work, Kind.STATEMENT, content)
    made = Statement(
        day=day,
        revision=revision,
        count=said.tally.count,
        kept=said.tally.kept,
        exempt=said.tally.exempt,
        gaps=said.tally.gaps,
        items=said.items,
        items_sha256=said.items_sha256,
        replaces=replaces,
        position=leaf.position,
        made_at=work.now,
    )
    work.db.add(made)
    await work.db.flush()
    return made


async def look(work: Work) -> CompletenessWatch | None:
    """Count the cases that are closed for half an hour and not kept; None where no case was ever closed.

    Only what was closed since everything before was kept is counted, and closings that became known late move that
    moment back, so the price does not grow with the archive.
    """
    found = await queries.watch(work.db) or await _begun(work)
    if found is None:
        return None
    latest, _days = await queries.news(work.db, found.seen)
    since = min(found.complete_until, latest or found.complete_until)
    until = work.now - PATIENCE
    count, oldest = await queries.unarchived(work.db, since, until)
    found.unarchived, found.oldest_at = count, oldest
    found.complete_until = oldest or max(until, since)
    found.seen, found.looked_at = id_of(work.now - OVERLAP), work.now
    return found


async def ask_for_missing(work: Work, day: date, *, at_most: int = 200) -> int:
    """Ask for every case of a day that has neither record nor exemption, on a person's word; gives how many.

    A case whose request is under way already joins it. Refuses with NoSuchDay.
    """
    if not await queries.known(work.db, day):
        raise NoSuchDay
    missing: Sequence[Closed] = await queries.page_of(work.db, day, gaps=True, after=None, limit=at_most)
    reason = f"Missing in the statement of {day.isoformat()}"
    for one in missing:
        await ask(work, Wish(one.kind, one.source, one.ref, forced=True, reason=reason))
    return len(missing)


def id_of(moment: datetime) -> UUID:
    """The lowest id that could have been made at a moment (RFC 9562, section 5.7)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


async def _begun(work: Work) -> CompletenessWatch | None:
    first = await queries.first_closing(work.db)
    if first is None:
        return None
    row = {"complete_until": first, "seen": id_of(first), "unarchived": 0, "looked_at": work.now, "id": new_id()}
    await insert_unless_there(work.db, CompletenessWatch, [row])
    return await queries.watch(work.db)
