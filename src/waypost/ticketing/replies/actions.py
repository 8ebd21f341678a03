"""Writing a reply, and taking it back while it is still held."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.messages.markers import Proven
from waypost.ticketing.messages.marks import mark
from waypost.ticketing.messages.queries import hold_threads
from waypost.ticketing.outbound import actions as outbound
from waypost.ticketing.outbound import queries as outbound_queries
from waypost.ticketing.outbound.models import IdentityStatus, Outgoing, SendIdentity, Sending
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.queries import IdentityNotFound, OutgoingNotFound
from waypost.ticketing.replies import queries
from waypost.ticketing.replies.keeping import Written, keep, lay_down, revive, undo
from waypost.ticketing.replies.queries import parse_version
from waypost.ticketing.replies.writing import Enclosed, Reply, chain, checked
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import Change, change
from waypost.ticketing.tickets.models import SLEEPING, Status, Ticket, TicketReopened

SEND = outbound.SEND
TWICE = timedelta(seconds=60)
"""The same reply again within this time is a second click."""


class IdentityNotVerified(Invalid):
    """This send identity is not verified yet."""


class ThreadMoved(Conflict):
    """Something new came in since you began to write."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A reply on its way, held until `send_after`."""

    message_id: UUID
    oss_message_id: UUID
    job_id: UUID | None
    send_after: datetime


async def reply(work: Work, posting: Posting, ticket_id: UUID, wanted: Reply) -> Queued:
    """Write a reply down and let it leave when its time of grace is over.

    Refuses: `TicketNotFound`, `IdentityNotFound` (also a disabled one), `IdentityNotVerified`, what `checked` refuses,
    `FileMissing`, and `ThreadMoved` with the news in its errors unless `send_anyway`.
    """
    await hold_threads(work.db)
    ticket = await tickets.by_id(work.db, ticket_id, for_update=True)
    identity = await sender(work, wanted.send_identity_id)
    wanted = checked(wanted, await queries.journals(work.db) | {identity.from_email}, posting.reply_domain)
    digest = wanted.digest(work.actor.person_id)
    twin = await outbound_queries.just_written(work.db, ticket.id, digest, work.now - TWICE)
    if twin and twin.state != Sending.CANCELLED:
        return queued(twin)
    await _refuse_blind(work, ticket, wanted)
    return await _write(work, posting, ticket, identity, wanted)


async def sender(work: Work, identity_id: UUID) -> SendIdentity:
    """An address to send as, locked. Refuses: `IdentityNotFound` (also a disabled one), `IdentityNotVerified`."""
    identity = await outbound_queries.identity(work.db, identity_id, lock=True)
    if not identity.is_enabled:
        raise IdentityNotFound
    if identity.status != IdentityStatus.VERIFIED:
        raise IdentityNotVerified
    return identity


async def _refuse_blind(work: Work, ticket: Ticket, wanted: Reply) -> None:
    """Never send past a word that its writer has not seen."""
    if wanted.seen is None or wanted.send_anyway:
        return
    news = await queries.news_since(work.db, ticket.id, parse_version(wanted.seen), work.actor.person_id)
    if news:
        messages, notes = [str(one) for one in news.message_ids], [str(one) for one in news.note_ids]
        raise ThreadMoved(errors=[{"field": "seen", "msg": "look first", "messages": messages, "notes": notes}])


async def _write(work: Work, posting: Posting, ticket: Ticket, identity: SendIdentity, wanted: Reply) -> Queued:
    outgoing = _outgoing(work, posting, ticket, identity, wanted)
    parent = await queries.parent(work.db, ticket.id)
    references = chain(parent.rfc_message_id, parent.headers) if parent and parent.rfc_message_id else []
    marks = posting.stamps.headers(work.org, Proven(ticket.id, outgoing.oss_message_id))
    written = Written(
        outgoing,
        wanted,
        identity.from_email,
        identity.from_name,
        posting.reply_to(work.org, ticket.ticket_code),
        references,
        marks,
        parent.language if parent else "simple",
    )
    revive(work, ticket)
    outgoing.before = await keep(work, ticket, written)
    await outbound.hold(work, outgoing, list(wanted.to_emails), list(wanted.cc_emails))
    if wanted.status_after is not None:
        outgoing.before = outgoing.before | {"status": str(ticket.status), "status_after": str(wanted.status_after)}
        await change(work, ticket, Change(status=wanted.status_after))
    return queued(outgoing)


def _outgoing(work: Work, posting: Posting, ticket: Ticket, identity: SendIdentity, wanted: Reply) -> Outgoing:
    oss_message_id = uuid4()
    rfc_message_id = posting.message_id(oss_message_id, identity.from_email)
    return Outgoing(
        id=new_id(),
        message_id=new_id(),
        oss_message_id=oss_message_id,
        ticket_id=ticket.id,
        send_identity_id=identity.id,
        author_id=work.actor.person_id,
        rfc_message_id=rfc_message_id,
        rfc_mark=mark(rfc_message_id),
        state=Sending.HELD,
        send_after=work.now + posting.hold,
        attempts=0,
        recipients=[*wanted.to_emails, *wanted.cc_emails],
        digest=wanted.digest(work.actor.person_id),
        before={},
        created_at=work.now,
        updated_at=work.now,
    )


def queued(outgoing: Outgoing) -> Queued:
    """What its writer is told."""
    return Queued(outgoing.message_id, outgoing.oss_message_id, outgoing.job_id, outgoing.send_after)


async def cancel(work: Work, ticket_id: UUID, message_id: UUID) -> Reply:
    """Take a held reply back: the conversation is as it was before, and what was typed is returned.

    Refuses with `OutgoingNotFound` when the ticket has no such reply, with `NotHeld` when it is too late.
    """
    await hold_threads(work.db)
    ticket = await tickets.by_id(work.db, ticket_id, for_update=True)
    await belongs(work, ticket_id, message_id)
    outgoing = await outbound.withdraw(work, message_id)
    typed = await _typed(work, outgoing)
    await undo(work, ticket, outgoing)
    before = outgoing.before
    if "status" in before and ticket.status == before["status_after"]:
        await change(work, ticket, Change(status=Status(before["status"])))
    if not ticket.message_count:
        lay_down(work, ticket)
    return typed


async def send_again(work: Work, ticket_id: UUID, message_id: UUID) -> None:
    """A person's word that a reply which failed, or whose fate is unknown, is to leave once more."""
    await belongs(work, ticket_id, message_id)
    await outbound.send_again(work, message_id)


async def it_arrived(work: Work, ticket_id: UUID, message_id: UUID) -> None:
    """A person's word that a reply whose fate is unknown arrived."""
    await belongs(work, ticket_id, message_id)
    await outbound.it_arrived(work, message_id)


async def belongs(work: Work, ticket_id: UUID, message_id: UUID) -> None:
    """Refuses a message that is not in this ticket (404, like one that is not ours)."""
    if await queries.ticket_of(work.db, message_id) != ticket_id:
        raise OutgoingNotFound


async def _typed(work: Work, outgoing: Outgoing) -> Reply:
    content = await queries.content(work.db, outgoing.message_id)
    files = await queries.attachments(work.db, outgoing.message_id)
    return Reply(
        outgoing.send_identity_id,
        tuple(content.to_emails),
        content.subject or "",
        content.body_text or "",
        tuple(content.cc_emails),
        content.body_html,
        tuple(Enclosed(one.blob_id, one.filename, one.content_type) for one in files),
    )


async def wake(work: Work, message_id: UUID) -> None:
    """Open the ticket of a reply that did not arrive, unless it is open or spam."""
    await hold_threads(work.db)
    ticket_id = await queries.ticket_of(work.db, message_id)
    if ticket_id is None:
        return
    ticket = await tickets.by_id(work.db, ticket_id, for_update=True)
    if ticket.status not in SLEEPING:
        return
    before, ticket.status, ticket.closed_at = ticket.status, Status.OPEN, None
    ticket.last_activity_at = ticket.updated_at = work.now
    work.tell(TicketReopened(ticket.id, before))
