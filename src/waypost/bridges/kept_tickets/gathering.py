"""Everything that is known of a ticket, read in one short work, and the bytes it names, which are stored already."""

import asyncio
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.places.placement import Placing
from waypost.archive.requests.origin import Gathered
from waypost.archive.requests.policy.folders import folders, one_folder
from waypost.archive.requests.policy.queries import Policy, policy_for
from waypost.archive.sealing.snapshot import Article, Event, File, Origin, Snapshot
from waypost.bridges.kept_tickets import events, queries, snapshots
from waypost.bridges.kept_tickets.snapshots import MISSING, Names
from waypost.platform.identity import lookups
from waypost.platform.identity.queries import names as people_named
from waypost.platform.storage.blobs import BlobMissing, Blobs
from waypost.platform.work import Work
from waypost.ticketing.queues.queries import names as queues_named
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.models import Ticket

LOOKS = 5
"""Files that are looked for at once."""
REMOTE = "Pictures on other servers were not fetched: %d."


@dataclass(slots=True)
class Collected:
    """What one reading found."""

    articles: list[Article] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    remote: int = 0


async def gather(work: Work, ticket_id: UUID, address: str | None) -> Gathered:
    """The ticket as it is now. Bodies are in memory, bytes are not."""
    ticket = await tickets.by_id(work.db, ticket_id)
    policy = await policy_for(work.db)
    names = await _names(work, ticket)
    found = await _messages(work.db, ticket_id)
    if policy.with_notes:
        found.articles += await _notes(work.db, ticket_id)
    snapshot = Snapshot(
        origin=Origin("ticket", "", address),
        taken_at=work.now,
        subject=snapshots.subject(ticket, names),
        articles=snapshots.in_order(found.articles),
        events=await _history(work.db, ticket_id),
        omissions=(REMOTE % found.remote,) if found.remote else (),
    )
    return Gathered(snapshot, _placing(work, ticket, policy, names), found.keys)


async def looked_for(gathered: Gathered, blobs: Blobs) -> Gathered:
    """The same after a look at every file: one whose bytes are gone is listed as failed, never silently absent."""
    gate, gone = asyncio.Semaphore(LOOKS), set()

    async def look(digest: str, key: str) -> None:
        async with gate:
            try:
                await blobs.read(key, 0, 1)
            except BlobMissing:
                gone.add(digest)

    await asyncio.gather(*(look(digest, key) for digest, key in gathered.blobs.items()))
    if not gone:
        return gathered
    articles = tuple(_without(one, gone) for one in gathered.snapshot.articles)
    left = {digest: key for digest, key in gathered.blobs.items() if digest not in gone}
    return replace(gathered, snapshot=replace(gathered.snapshot, articles=articles), blobs=left)


def _without(article: Article, gone: set[str]) -> Article:
    def judged(one: File) -> File:
        return replace(one, sha256=None, fate="failed", reason=MISSING) if one.sha256 in gone else one

    return replace(article, files=tuple(judged(one) for one in article.files))


async def _messages(db: AsyncSession, ticket_id: UUID) -> Collected:
    found, raws = Collected(), await queries.raw_messages(db, ticket_id)
    async for spoken in queries.conversation(db, ticket_id):
        places = await queries.stored(db, [part.blob_id for one in spoken for part in one.attachments])
        for one in spoken:
            used, key = snapshots.shown_in(one), one.row.message_id
            files = [snapshots.attachment(key, part, used) for part in one.attachments]
            found.keys |= {places[part.blob_id].sha256: places[part.blob_id].key for part in one.attachments}
            if message := raws.get(key):
                files.append(snapshots.raw(key, message))
                found.keys |= {} if message.gone else {message.sha256: message.key}
            found.articles.append(snapshots.article(one, files))
            found.remote += (one.row.body_html or "").count("data-remote-src=")
    return found


async def _notes(db: AsyncSession, ticket_id: UUID) -> list[Article]:
    left = await tickets.notes(db, ticket_id)
    people = await people_named(db, {one.author_user_id for one in left if one.author_user_id})
    return [snapshots.note_article(one, _name(one.author_user_id, people)) for one in left]


def _name(of: UUID | None, known: dict[UUID, str]) -> str:
    return known.get(of, "") if of else ""


async def _history(db: AsyncSession, ticket_id: UUID) -> tuple[Event, ...]:
    facts = await tickets.events(db, ticket_id, newest=queries.MOST_EVENTS)
    both = [value for fact in facts for value in _assignees(fact.data)]
    people = await people_named(db, {fact.actor_id for fact in facts if fact.actor_id} | set(both))
    return events.printed(facts, people, await queues_named(db, both))


def _assignees(data: dict[str, dict[str, dict[str, str | None]]]) -> list[UUID]:
    changes = data.get("changes", {})
    sides = [changes.get(name, {}) for name in ("assignee_user_id", "assignee_queue_id")]
    return [UUID(value) for side in sides for value in side.values() if value]


async def _names(work: Work, ticket: Ticket) -> Names:
    organisation = await lookups.organisation(work.db, work.org)
    user, queue = ticket.assignee_user_id, ticket.assignee_queue_id
    people = await people_named(work.db, {user} if user else ())
    lines = await queues_named(work.db, {queue} if queue else ())
    return Names(
        organisation.name if organisation else str(work.org),
        _name(user, people),
        _name(queue, lines),
    )


def _placing(work: Work, ticket: Ticket, policy: Policy, names: Names) -> Placing:
    at = ticket.closed_at or work.now
    values = {
        "year": f"{at:%Y}",
        "month": f"{at:%m}",
        "queue": names.queue or "no queue",
        "requester": ticket.requester_email or "nobody",
    }
    return Placing(one_folder(names.organisation), folders(policy.path, values), ticket.ticket_code)
