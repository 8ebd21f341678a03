"""A whole ticket as a snapshot: people, articles in order, files within limits, history, and what could not be had."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from waypost.archive.sealing.snapshot import Article, Event, Origin, Snapshot, Subject
from waypost.archive.sources.zammad.articles import Drafted, drafted
from waypost.archive.sources.zammad.beside import beside
from waypost.archive.sources.zammad.client import Zammad
from waypost.archive.sources.zammad.files import Keep, Keeper, Limits
from waypost.archive.sources.zammad.history import events
from waypost.archive.sources.zammad.placing import FieldNames
from waypost.archive.sources.zammad.reading import Ticket, closed_at, moment, text, whole
from waypost.archive.sources.zammad.words import NotInZammad, TokenRefused, ZammadRefuses, ZammadUnclear

Hear = Callable[[Snapshot], Awaitable[None]]
"""Is told what was said, before the first file is fetched."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How much of a ticket is read, and under what names."""

    key: str
    """The source's."""
    address: str
    """Where people look at Zammad; no slash at its end."""
    fields: FieldNames = field(default_factory=FieldNames)
    limits: Limits = field(default_factory=Limits)
    history: bool = False
    """With it the checklist, the time entries and the links."""
    patient: bool = False
    """Rather try all of it again later than leave a file out."""


async def snapshot_of(
    zammad: Zammad, ticket: Ticket, tags: Sequence[str], manner: Manner, keep: Keep, hear: Hear, taken_at: datetime
) -> tuple[Snapshot, Mapping[str, str]]:
    """The snapshot, and where the bytes that it names lie (SHA-256 hex → storage key).

    `tags` are those from before we touched them. Refuses with the classes of `words` and of the way out.
    """
    drafts = sorted(await _drafts(zammad, ticket, manner), key=lambda each: each.order)
    origin = Origin("zammad", manner.key, f"{manner.address}/#ticket/zoom/{ticket.id}")
    subject, keeper = _subject(ticket, tags, manner.fields), Keeper(manner.limits, keep, manner.patient)
    if any(want.fetch for draft in drafts for want in draft.wants):
        await hear(Snapshot(origin, taken_at, subject, tuple(draft.article for draft in drafts)))
    articles = tuple([await _finished(draft, keeper) for draft in drafts])
    happened, omitted = await _history(zammad, ticket, manner)
    lines, untold = await beside(zammad, ticket) if manner.history else ({}, ())
    subject = replace(subject, custom_fields={**lines, **subject.custom_fields})
    return Snapshot(origin, taken_at, subject, articles, happened, (*omitted, *untold)), keeper.blobs


async def _drafts(zammad: Zammad, ticket: Ticket, manner: Manner) -> list[Drafted]:
    found: list[Drafted] = []
    count = whole(ticket.record.get("article_count"))
    async for page in zammad.articles(ticket.id, count):
        for record in page:
            await zammad.know(record, ("created_by",))
            found.append(drafted(record, ticket.id, zammad.names, manner.limits, zammad))
    return found


async def _finished(draft: Drafted, keeper: Keeper) -> Article:
    return replace(draft.article, files=tuple(await keeper.keep_all(draft.wants)))


async def _history(zammad: Zammad, ticket: Ticket, manner: Manner) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    if not manner.history:
        return (), ()
    try:
        entries = await zammad.history(ticket.id)
    except (NotInZammad, TokenRefused, ZammadRefuses, ZammadUnclear) as refusal:
        return (), (f"The ticket's history could not be read: {refusal.detail}.",)
    return events(entries, zammad.names), ()


def _subject(ticket: Ticket, tags: Sequence[str], fields: FieldNames) -> Subject:
    record, names = ticket.record, ticket.names
    return Subject(
        id=ticket.id,
        number=ticket.number,
        title=text(record.get("title")),
        created_at=moment(record.get("created_at")),
        updated_at=moment(record.get("updated_at")),
        closed_at=closed_at(record),
        state=names.label(record, "state", "TicketState"),
        priority=names.label(record, "priority", "TicketPriority"),
        group=names.label(record, "group", "Group"),
        organisation=names.label(record, "organization", "Organization"),
        customer=names.party(record, "customer"),
        owner=names.party(record, "owner"),
        tags=tuple(tags),
        custom_fields=_attributes(ticket, fields),
    )


def _attributes(ticket: Ticket, fields: FieldNames) -> dict[str, Any]:
    """Own attributes that say something; the three that steer us also under the names that templates know."""
    given = {name: value for name, value in sorted(ticket.attributes.items()) if value not in (None, "", [], {})}
    known = (("archive_path", fields.path), ("archive_user_mode", fields.user_mode), ("archive_user", fields.user))
    return {**given, **{plain: given[name] for plain, name in known if name in given}}
