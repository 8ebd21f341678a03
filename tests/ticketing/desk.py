"""A mail desk without the queue: copies are received, read, stitched and routed at once, in works as jobs open them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from waypost.platform.access import MACHINE
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import ATTACHMENT, RAW, Blobs
from waypost.platform.storage.folder import FolderStore
from waypost.platform.work import Works
from waypost.ticketing.intake.actions import Unreadable, keep, put_aside, receive
from waypost.ticketing.intake.arrivals import Arrival
from waypost.ticketing.intake.keeping import ReadMail
from waypost.ticketing.intake.mirrors import prove
from waypost.ticketing.intake.reading.mail import Mail
from waypost.ticketing.intake.reading.many import read_many
from waypost.ticketing.mailboxes.actions import add_import
from waypost.ticketing.messages.markers import Stamps
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.routing.applying import route
from waypost.ticketing.tickets.models import TicketMessage
from waypost.ticketing.tickets.stitch import stitch

INBOX = "support@acme.example"
STAMPS = Stamps((b"a key of tests, thirty-two bytes",))
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class MailDesk:
    """One organisation's desk; each mail arrives a minute after the one before."""

    works: Works
    org: UUID
    blobs: Blobs
    inbox: str | None = INBOX
    stamps: Stamps = field(default=STAMPS)
    arrived: int = field(default=0)

    @classmethod
    def at(cls, works: Works, org: UUID, folder: Path) -> "MailDesk":
        return cls(works, org, Blobs(FolderStore(folder)))

    async def receive(self, raws: Sequence[bytes]) -> list[UUID]:
        """Copies written down, as a mailbox does it; ids in order."""
        refs = await self.blobs.put_many(self.org, [(RAW, raw) for raw in raws])
        async with self.works.open(self.org, MACHINE) as work:
            mailbox = await add_import(work, self.inbox)
            arrivals = [self._arrival(raw, ref) for raw, ref in zip(raws, refs, strict=True)]
            await receive(work, mailbox.id, arrivals)
            found = await work.db.execute(select(Occurrence.provider_id, Occurrence.id))
            ids = {provider_id: one for provider_id, one in found}
        return [ids[arrival.provider_id] for arrival in arrivals]

    def _arrival(self, raw: bytes, ref: object) -> Arrival:
        self.arrived += 1
        name = f"{hashlib.sha256(raw).hexdigest()}:{self.arrived}"
        at = START + timedelta(minutes=self.arrived)
        return Arrival(name, ref, at, inbox=self.inbox)  # type: ignore[arg-type]

    async def deliver(self, *raws: bytes) -> list[UUID | None]:
        """All the way, in one batch; the ticket of each copy (None: quarantined)."""
        ids = await self.receive(raws)
        await self.finish(ids, raws)
        return [await self.ticket_of(one) for one in ids]

    async def finish(self, ids: Sequence[UUID], raws: Sequence[bytes]) -> None:
        """Read, stitch and route received copies, each step in its own work."""
        await self.read(ids, raws)
        async with self.works.open(self.org, MACHINE) as work:
            await stitch(work, ids)
        async with self.works.open(self.org, MACHINE) as work:
            await route(work, ids)

    async def read(self, ids: Sequence[UUID], raws: Sequence[bytes]) -> None:
        """What the job `occurrence_parse` does, without a child process."""
        results = list(zip(ids, read_many(raws), strict=True))
        mails = [(one, mail) for one, mail in results if isinstance(mail, Mail)]
        refs = await self.blobs.put_many(self.org, [(ATTACHMENT, p.data) for _, m in mails for p in m.attachments])
        async with self.works.open(self.org, MACHINE) as work:
            blob_ids = iter(await register(work, refs))
            await keep(
                work,
                [
                    ReadMail(
                        one,
                        mail,
                        tuple(next(blob_ids) for _ in mail.attachments),
                        prove(self.org, mail, self.stamps),
                        self.inbox,
                    )
                    for one, mail in mails
                ],
            )
            failed = [(one, result) for one, result in results if not isinstance(result, Mail)]
            await put_aside(work, [Unreadable(one, result.reason, result.limit) for one, result in failed])

    async def ticket_of(self, occurrence_id: UUID) -> UUID | None:
        """Where a copy is now."""
        async with self.works.open(self.org, MACHINE, reads=True) as work:
            return await work.db.scalar(select(Occurrence.ticket_id).where(Occurrence.id == occurrence_id))

    async def reasons(self, ticket_id: UUID) -> list[str]:
        """Why the messages of a ticket are there, in the order of the thread."""
        chosen = (
            select(TicketMessage.stitch_reason).where(TicketMessage.ticket_id == ticket_id).order_by(TicketMessage.at)
        )
        async with self.works.open(self.org, MACHINE, reads=True) as work:
            return list(await work.db.scalars(chosen))


def mail(
    name: str,
    sender: str = "anna@client.example",
    *,
    to: str = INBOX,
    subject: str = "Boiler is cold",
    refs: Sequence[str] = (),
    text: str | None = None,
    headers: str = "",
) -> bytes:
    """A small mail; `name` is the local part of its Message-ID, `refs` those it answers (the parent last)."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{name}@client.example>"]
    if refs:
        named = " ".join(f"<{ref}@client.example>" for ref in refs)
        lines += [f"References: {named}", f"In-Reply-To: <{refs[-1]}@client.example>"]
    if "Date:" not in headers:
        lines.append("Date: Mon, 2 Nov 2026 08:00:00 +0000")
    body = text if text is not None else f"This is the text of {name}."
    return ("\r\n".join(lines) + "\r\n" + headers + "\r\n" + body + "\r\n").encode()
