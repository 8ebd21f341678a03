"""Verbs of sending: every step is written down before and after the call to the outside, and fenced by its attempt."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from waypost.platform.access import STAFF, permission
from waypost.platform.errors import Conflict
from waypost.platform.jobs.actions import enqueue
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import BlobRef
from waypost.platform.work import Work
from waypost.ticketing.outbound import queries
from waypost.ticketing.outbound.material import Material, material
from waypost.ticketing.outbound.models import (
    WAITING,
    OutboundCancelled,
    OutboundFailed,
    OutboundQueued,
    OutboundSent,
    OutboundUnknown,
    Outgoing,
    SendDue,
    Sending,
)
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.sender import Sent

SEND = permission("ticketing.replies.write", STAFF)
MOST_TRIES = 25
BY_SERVER, BY_LIST, BY_COPY, BY_PERSON = "mail server", "provider", "copy", "person"
GAVE_UP = "It could not be sent, although it was tried many times."
OVERDUE = timedelta(hours=1)


class NotHeld(Conflict):
    """It is too late to take this reply back."""


class NotOpen(Conflict):
    """Only a message that failed or whose fate is unknown can be settled by hand."""


class NoLongerWaiting(Conflict):
    """This message is not waiting to leave any more."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A message whose turn it is. `broke_off`: an earlier try was never heard of again."""

    material: Material
    broke_off: bool


async def hold(work: Work, outgoing: Outgoing, to_emails: list[str], cc_emails: list[str]) -> None:
    """Write an outgoing message down with its job, which waits until `send_after`."""
    work.db.add(outgoing)
    await work.db.flush()
    work.tell(
        OutboundQueued(
            outgoing.ticket_id,
            outgoing.message_id,
            outgoing.oss_message_id,
            outgoing.send_identity_id,
            to_emails,
            cc_emails,
        )
    )
    outgoing.job_id = await enqueue(work, _due(outgoing), at=outgoing.send_after)


async def take_up(work: Work, posting: Posting, message_id: UUID) -> TakenUp | timedelta | None:
    """What is to leave now; how long to wait while it is held or an earlier try may run; None: nothing left to do."""
    outgoing = await queries.maybe_outgoing(work.db, message_id)
    if outgoing is None or outgoing.state not in (*WAITING, Sending.SENDING):
        return None
    due = outgoing.send_after
    if outgoing.state == Sending.SENDING and outgoing.attempt_at:
        due = outgoing.attempt_at + posting.patience
    if due > work.now:
        return due - work.now
    broke_off = outgoing.state == Sending.SENDING
    if not broke_off:
        _move(work, outgoing, Sending.QUEUED)
    return TakenUp(await material(work.db, outgoing), broke_off)


async def leave(work: Work, message_id: UUID, raw: BlobRef) -> int:
    """The last durable word before the call: its bytes are named, the try is counted. Gives the try's number."""
    outgoing = await queries.maybe_outgoing(work.db, message_id)
    if outgoing is None or outgoing.state != Sending.QUEUED:
        raise NoLongerWaiting
    (outgoing.raw_blob_id,) = await register(work, [raw])
    outgoing.attempts, outgoing.attempt_at = outgoing.attempts + 1, work.now
    _move(work, outgoing, Sending.SENDING)
    return outgoing.attempts


async def arrived(work: Work, message_id: UUID, attempt: int, sent: Sent, by: str) -> None:
    """It left. The word of whoever saw it counts also when we had given it up as unknown meanwhile."""
    outgoing = await _mine(work, message_id, attempt, Sending.SENDING, Sending.UNKNOWN)
    if outgoing:
        await _sent(work, outgoing, by, sent.provider_id)


async def wait(work: Work, message_id: UUID, attempt: int, sentence: str | None = None) -> None:
    """It surely did not leave; its job will try again."""
    outgoing = await _mine(work, message_id, attempt, Sending.SENDING, Sending.QUEUED)
    if outgoing:
        outgoing.failure = sentence or outgoing.failure
        _move(work, outgoing, Sending.QUEUED)


async def fail(work: Work, message_id: UUID, attempt: int, sentence: str) -> None:
    """It surely did not leave and will not by itself; the ticket says why."""
    outgoing = await _mine(work, message_id, attempt, Sending.SENDING, Sending.QUEUED)
    if outgoing:
        _failed(work, outgoing, sentence)


async def lose(work: Work, message_id: UUID, attempt: int) -> None:
    """Nobody knows whether it left: a copy, a bounce or a person will say."""
    outgoing = await _mine(work, message_id, attempt, Sending.SENDING)
    if outgoing:
        _move(work, outgoing, Sending.UNKNOWN)
        work.tell(OutboundUnknown(outgoing.ticket_id, outgoing.message_id))


async def settle_given_up(work: Work) -> int:
    """Messages whose job died are never silently lost: unknown when one may have left, failed when it has not."""
    overdue = await queries.given_up(work.db, work.now - OVERDUE)
    for outgoing in await queries.by_messages(work.db, overdue):
        if outgoing.state == Sending.SENDING:
            await lose(work, outgoing.message_id, outgoing.attempts)
        elif outgoing.state in WAITING:
            _failed(work, outgoing, GAVE_UP)
    return len(overdue)


async def seen_again(work: Work, message_ids: Collection[UUID]) -> None:
    """Copies of these messages came back to us: those of ours that were not known to have left have."""
    if not message_ids:
        return
    for outgoing in await queries.by_messages(work.db, message_ids):
        if outgoing.state in (Sending.QUEUED, Sending.SENDING, Sending.UNKNOWN):
            await _sent(work, outgoing, BY_COPY, outgoing.provider_id)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says of one of our mails: the mark of its Message-ID, who did not get it, and why."""

    rfc_mark: UUID
    recipient: str | None
    """None where the report is a letter that names nobody."""
    reason: str

    def concerns(self, outgoing: Outgoing) -> bool:
        """Whether it speaks of this mail, and of somebody whom we did write to."""
        return self.rfc_mark == outgoing.rfc_mark and self.recipient in (None, *outgoing.recipients)

    def __str__(self) -> str:
        return f"{self.recipient}: {self.reason}" if self.recipient else self.reason


async def come_back(work: Work, bounces: Collection[Bounce]) -> None:
    """Mark what came back. A report about somebody whom we did not write to is not believed."""
    if not bounces:
        return
    for outgoing in await queries.by_marks(work.db, {bounce.rfc_mark for bounce in bounces}):
        mine = [one for one in bounces if one.concerns(outgoing)]
        if mine and outgoing.bounced_at is None and outgoing.state != Sending.CANCELLED:
            outgoing.bounced_at = work.now
            said = "; ".join(str(bounce) for bounce in mine[:5])
            _failed(work, outgoing, f"It came back. {said}", bounced=True)


async def withdraw(work: Work, message_id: UUID) -> Outgoing:
    """Take a message back that is still held. Refuses with `NotHeld`."""
    outgoing = await queries.outgoing(work.db, message_id)
    if outgoing.state != Sending.HELD:
        raise NotHeld
    _move(work, outgoing, Sending.CANCELLED)
    work.tell(OutboundCancelled(outgoing.ticket_id, outgoing.message_id))
    return outgoing


async def send_again(work: Work, message_id: UUID) -> Outgoing:
    """A person decides that it did not arrive: the same mail, with the same Message-ID, leaves once more."""
    outgoing = await queries.outgoing(work.db, message_id)
    if outgoing.state not in (Sending.FAILED, Sending.UNKNOWN):
        raise NotOpen
    outgoing.failure = outgoing.bounced_at = None
    outgoing.send_after = work.now
    _move(work, outgoing, Sending.QUEUED)
    outgoing.job_id = await enqueue(work, _due(outgoing)) or outgoing.job_id
    return outgoing


async def it_arrived(work: Work, message_id: UUID) -> Outgoing:
    """A person knows that it arrived."""
    outgoing = await queries.outgoing(work.db, message_id)
    if outgoing.state != Sending.UNKNOWN:
        raise NotOpen
    await _sent(work, outgoing, BY_PERSON, outgoing.provider_id)
    return outgoing


async def _mine(work: Work, message_id: UUID, attempt: int, *states: Sending) -> Outgoing | None:
    outgoing = await queries.maybe_outgoing(work.db, message_id)
    return outgoing if outgoing and outgoing.attempts == attempt and outgoing.state in states else None


async def _sent(work: Work, outgoing: Outgoing, by: str, provider_id: str | None) -> None:
    outgoing.sent_at, outgoing.provider_id, outgoing.failure = work.now, provider_id, None
    _move(work, outgoing, Sending.SENT)
    to, cc = await queries.addressed(work.db, outgoing.message_id)
    work.tell(OutboundSent(outgoing.ticket_id, outgoing.message_id, outgoing.send_identity_id, to, cc, by))


def _failed(work: Work, outgoing: Outgoing, sentence: str, *, bounced: bool = False) -> None:
    outgoing.failure = sentence
    _move(work, outgoing, Sending.FAILED)
    work.tell(OutboundFailed(outgoing.ticket_id, outgoing.message_id, bounced))


def _move(work: Work, outgoing: Outgoing, state: Sending) -> None:
    outgoing.state, outgoing.updated_at = state, work.now


def _due(outgoing: Outgoing) -> SendDue:
    return SendDue(outgoing.message_id, outgoing.ticket_id, outgoing.send_identity_id)
