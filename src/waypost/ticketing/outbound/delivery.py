"""One try to let a message leave: read, close, call, open, write. Whatever dies in between, rows say how far it was.

queued ──(bytes stored)──▶ sending ──(call)──▶ sent · failed · queued again · unknown
Found in `sending` after its patience is over, a message is looked up where the way out can tell, else it is unknown.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from waypost.platform.jobs import Later, Run
from waypost.platform.storage.blobs import RAW, BlobRef, Blobs
from waypost.ticketing.outbound import actions, metrics
from waypost.ticketing.outbound.actions import NoLongerWaiting, TakenUp
from waypost.ticketing.outbound.material import Material
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.sender import (
    AnswerLost,
    Envelope,
    LookedUpLater,
    NotNow,
    Rejected,
    Sender,
    Senders,
    Sent,
)
from waypost.ticketing.outbound.writing_mail import File, Letter, message_ids, write_mail

SWITCHED_OFF = "The address it was to leave from was switched off."


@dataclass(slots=True)
class Delivery:
    """One message in one run of its job. `left`: the durable word before the call stands."""

    run: Run
    message_id: UUID
    attempt: int = 0
    left: bool = False
    looks_up: bool = False

    async def make(self) -> None:
        """As far as it goes now. Raises `Later` while it is not its time, `NotNow` when its job is to try again."""
        async with self.run.work() as work:
            taken = await actions.take_up(work, self.run.of(Posting), self.message_id)
        if taken is None:
            return
        if isinstance(taken, timedelta):
            raise Later(taken)
        self.attempt = taken.material.outgoing.attempts
        sender = self.run.of(Senders).of(taken.material.provider)
        self.looks_up = sender.looks_up
        if not (taken.broke_off or taken.material.identity.is_enabled):
            await self._fail(SWITCHED_OFF)
            return
        if taken.broke_off and not await self._surely_not_sent(sender, taken):
            return
        await self._send(sender, taken.material)

    async def _surely_not_sent(self, sender: Sender, taken: TakenUp) -> bool:
        """Ask the provider about the try that broke off; where nobody can tell, it stays unknown."""
        tries = taken.material.outgoing.attempts
        if not sender.looks_up or tries >= actions.MOST_TRIES:
            async with self.run.work() as work:
                await actions.lose(work, self.message_id, self.attempt)
            return False
        found = await sender.find(envelope(self.run.org, taken.material, b""))
        async with self.run.work() as work:
            if found:
                await actions.arrived(work, self.message_id, self.attempt, found, actions.BY_LIST)
            else:
                await actions.wait(work, self.message_id, self.attempt)
        return found is None

    async def _send(self, sender: Sender, material: Material) -> None:
        raw = await self._bytes(material)
        (ref,) = await self.run.of(Blobs).put_many(self.run.org, [(RAW, raw)])
        try:
            sent = await sender.send(envelope(self.run.org, material, raw), lambda: self._leave(ref))
        except NoLongerWaiting:
            return
        except Exception as error:
            await self._judge(error)
        else:
            await self._arrived(sent)

    async def _bytes(self, material: Material) -> bytes:
        """What was stored before an earlier try, else written now."""
        blobs = self.run.of(Blobs)
        if material.raw_key:
            return await blobs.read(material.raw_key)
        data = await blobs.get_many([each.storage_key for each in material.enclosures])
        files = [
            File(each.filename, each.content_type, held) for each, held in zip(material.enclosures, data, strict=True)
        ]
        return write_mail(letter(material, files))

    async def _leave(self, ref: BlobRef) -> None:
        async with self.run.work() as work:
            self.attempt = await actions.leave(work, self.message_id, ref)
        self.left = True

    async def _fail(self, sentence: str) -> None:
        async with self.run.work() as work:
            await actions.fail(work, self.message_id, self.attempt, sentence)

    async def _arrived(self, sent: Sent) -> None:
        async with self.run.work() as work:
            await actions.arrived(work, self.message_id, self.attempt, sent, actions.BY_SERVER)

    async def _judge(self, error: Exception) -> None:
        """Which of the three ends it was."""
        if isinstance(error, Rejected):
            metrics.REFUSED.inc()
            await self._fail(error.detail)
        elif isinstance(error, AnswerLost) or (self.left and not isinstance(error, NotNow)):
            metrics.LOST.inc()
            await self._lost(error)
        elif isinstance(error, NotNow):
            metrics.NOT_NOW.inc()
            await self._not_now(error)
        else:
            metrics.FAULT.inc()
            raise error

    async def _lost(self, error: Exception) -> None:
        """Where the provider can tell, it is asked when it has had time to know; else a person must."""
        if not self.looks_up:
            async with self.run.work() as work:
                await actions.lose(work, self.message_id, self.attempt)
            return
        raise LookedUpLater from error

    async def _not_now(self, error: NotNow) -> None:
        last = self.run.attempt >= actions.MOST_TRIES
        async with self.run.work() as work:
            if last:
                await actions.fail(work, self.message_id, self.attempt, f"{actions.GAVE_UP} {error.detail}")
            else:
                await actions.wait(work, self.message_id, self.attempt, error.detail)
        if not last:
            raise error


def envelope(org: UUID, material: Material, raw: bytes) -> Envelope:
    """What the way out is told."""
    outgoing, identity = material.outgoing, material.identity
    return Envelope(
        org,
        identity.mailbox_id,
        identity.from_email,
        tuple(outgoing.recipients),
        outgoing.rfc_message_id,
        raw,
        material.thread_id,
    )


def letter(material: Material, files: list[File]) -> Letter:
    """The mail that a message becomes: its content as it stands in the conversation."""
    content, headers = material.content, material.content.headers
    named = {name: values[0] for name, values in headers.items() if values and name.startswith("X-")}
    answered = message_ids(" ".join(headers.get("In-Reply-To", [])))
    return Letter(
        from_email=material.identity.from_email,
        from_name=content.from_name,
        to=content.to_emails,
        cc=content.cc_emails,
        subject=content.subject or "",
        at=content.date_header or content.parsed_at,
        rfc_message_id=material.outgoing.rfc_message_id,
        text=content.body_text or "",
        html=content.body_html,
        reply_to=next(iter(content.reply_to_emails), None),
        in_reply_to=next(iter(answered), None),
        references=message_ids(" ".join(headers.get("References", []))),
        headers=named,
        files=files,
    )
