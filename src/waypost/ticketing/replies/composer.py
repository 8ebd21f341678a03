"""What the composer shows, stored or not yet, in a fixed number of questions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import Refusal
from waypost.platform.identity.queries import names
from waypost.platform.ids import new_id
from waypost.platform.web.caller import Caller
from waypost.platform.web.moments import known_zone
from waypost.ticketing.messages.queries import own_addresses
from waypost.ticketing.outbound.models import SendIdentity
from waypost.ticketing.outbound.queries import usable_identities
from waypost.ticketing.replies.canned import queries as canned
from waypost.ticketing.replies.canned.filling import Person
from waypost.ticketing.replies.drafts import queries as drafts
from waypost.ticketing.replies.drafts.actions import Typed
from waypost.ticketing.replies.drafts.composing import (
    Composed,
    History,
    answering,
    compose,
    introduced,
    without,
)
from waypost.ticketing.replies.drafts.models import Draft
from waypost.ticketing.replies.drafts.queries import Answered, Said
from waypost.ticketing.replies.queries import (
    ThreadVersion,
    VersionUnreadable,
    news_since,
    parse_version,
    thread_version,
)
from waypost.ticketing.tickets.models import Ticket

FIELDS = {"to_emails": "to", "cc_emails": "cc", "body_text": "body"}
"""Names of the form for those of the interface."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Everything that its template asks for."""

    ticket: Ticket
    typed: Typed
    identities: Sequence[SendIdentity]
    suggestions: list[str]
    files: Sequence[Any]
    texts: Sequence[Any]
    history: History | None
    introduction: str
    news: Sequence[Said] = ()
    people: dict[UUID, str] = field(default_factory=dict)
    kept_at: Any = None
    refused: Refusal | None = None

    @property
    def signature(self) -> str:
        """Of the chosen identity."""
        return next((one.signature for one in self.identities if one.id == self.typed.send_identity_id), "")

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong, by field of the form."""
        if self.refused is None:
            return {}
        fields = [str(one.get("field", "")) for one in self.refused.errors]
        return {FIELDS.get(name, name): self.refused.detail for name in fields}


async def composer(
    db: AsyncSession,
    ticket: Ticket,
    caller: Caller,
    *,
    seen: str = "",
    typed: Typed | None = None,
    refused: Refusal | None = None,
) -> Composer:
    """The open draft of the caller, else what was typed, else a beginning; with the news since it was begun."""
    draft = await drafts.of(db, ticket.id, caller.person_id)
    stored = draft if draft is not None and draft.is_open else None
    said = await drafts.answered(db, ticket.id)
    identities = await usable_identities(db)
    own = await _own(db, identities)
    version = await thread_version(db, ticket.id)
    shown = typed or (_typed(stored) if stored else _begun(ticket, said, identities, own, seen or str(version)))
    news = await _news(db, ticket.id, shown.seen, version, caller.person_id)
    history = history_of(said)
    return Composer(
        ticket,
        shown.knowing(str(version)),
        identities,
        without(await drafts.participants(db, ticket.id), own),
        await drafts.files(db, stored.id) if stored else (),
        await canned.of(db, caller.person_id),
        history,
        introduced(history, known_zone(caller.zone)) if history else "",
        news,
        await names(db, {one.author_id for one in news if one.author_id}),
        stored.updated_at if stored else None,
        refused,
    )


def history_of(said: Answered | None) -> History | None:
    """What a reply may repeat."""
    if said is None or not said.own_text.strip():
        return None
    return History(said.from_name or said.from_email or "", said.at, said.own_text, said.language)


async def composed(db: AsyncSession, ticket_id: UUID, caller: Caller, typed: Typed, signature: str) -> Composed:
    """The words as they will leave."""
    history = history_of(await drafts.answered(db, ticket_id)) if typed.with_quote else None
    return compose(typed.body, signature, history, known_zone(caller.zone))


def places(ticket: Ticket, caller: Caller) -> dict[str, str]:
    """What a canned reply's places are filled with."""
    requester = Person(ticket.requester_name or "", ticket.requester_email or "")
    agent = Person(caller.name, caller.email)
    about = {"ticket.code": ticket.ticket_code, "ticket.subject": ticket.subject or ""}
    return about | {"organisation.name": caller.org_name} | requester.values("requester") | agent.values("agent")


async def _own(db: AsyncSession, identities: Sequence[SendIdentity]) -> set[str]:
    return {*await own_addresses(db), *(one.from_email for one in identities)}


async def _news(db: AsyncSession, ticket_id: UUID, seen: str, version: ThreadVersion, reader: UUID) -> Sequence[Said]:
    """Always the same number of questions, whether there is news or not."""
    try:
        known = parse_version(seen) if seen else version
    except VersionUnreadable:
        known = version
    news = await news_since(db, ticket_id, known, reader)
    return await drafts.told(db, news.message_ids, news.note_ids)


def _typed(draft: Draft) -> Typed:
    return Typed(
        draft.id,
        draft.send_identity_id,
        draft.to_typed,
        draft.cc_typed,
        draft.subject,
        draft.body,
        draft.with_quote,
        draft.seen,
    )


def _begun(
    ticket: Ticket, said: Answered | None, identities: Sequence[SendIdentity], own: set[str], seen: str
) -> Typed:
    to, cc = _recipients(ticket, said, own)
    identity = _identity(said, identities)
    subject = answering(ticket.subject)
    return Typed(new_id(), identity, ", ".join(to), ", ".join(cc), subject, "", with_quote=True, seen=seen)


def _recipients(ticket: Ticket, said: Answered | None, own: set[str]) -> tuple[list[str], list[str]]:
    """To whoever asked for answers, with everybody who was there; our own follow-up goes where the last one went."""
    if said is None:
        return ([ticket.requester_email] if ticket.requester_email else []), []
    if said.direction == "outbound":
        return without(said.to_emails, own), without(said.cc_emails, own)
    asked = said.reply_to_emails or ([said.from_email] if said.from_email else [])
    to = without(asked, own) or without([ticket.requester_email or ""], own)
    return [one for one in to if one], without([*said.to_emails, *said.cc_emails], {*own, *to})


def _identity(said: Answered | None, identities: Sequence[SendIdentity]) -> UUID | None:
    """The one that was written to, else the oldest."""
    there = {*said.to_emails, *said.cc_emails, said.from_email} if said else set()
    chosen = next((one for one in identities if one.from_email in there), identities[0] if identities else None)
    return chosen.id if chosen else None
