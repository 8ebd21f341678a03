"""The corpus through a desk: every mail read, recognised and stitched by the product on a real database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from tests.threading.letters import DESK
from tests.threading.talks import Labelled
from tests.ticketing.desk import MailDesk
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.intake.models import QuarantineItem
from waypost.ticketing.messages.markers import Proven
from waypost.ticketing.messages.models import AddressKind, Occurrence, OwnAddress
from waypost.ticketing.tickets.models import Ticket
from waypost.ticketing.tickets.stitch import stitch

OWN = {
    DESK: AddressKind.INBOX,
    "sales@acme.example": AddressKind.INBOX,
    "billing@acme.example": AddressKind.INBOX,
    "journal@acme.example": AddressKind.JOURNAL,
}
ASKED = re.compile(rb"%%(address|marks) (\w+)%%")


async def settle_in(desk: MailDesk) -> None:
    """The organisation's own addresses; mail comes by the journal."""
    desk.inbox = None
    async with desk.works.open(desk.org, MACHINE) as work:
        work.db.add_all(OwnAddress(address=address, kind=kind) for address, kind in OWN.items())


@dataclass(slots=True)
class Delivery:
    """Where every mail is. What a mail asks of the desk is filled in when its thread has a ticket."""

    desk: MailDesk
    copies: list[UUID] = field(default_factory=list)
    begun: dict[str, UUID] = field(default_factory=dict)
    """The first copy of each thread."""

    async def bring(self, mails: Sequence[Labelled]) -> None:
        """One batch, read and stitched."""
        codes = await self._codes([mail for mail in mails if b"%%" in mail.raw])
        raws = [ASKED.sub(lambda asked: self._told(asked, codes), mail.raw) for mail in mails]
        new = await self.desk.receive(raws)
        await self.desk.read(new, raws)
        async with self.desk.works.open(self.desk.org, MACHINE) as work:
            await stitch(work, new)
        self.copies += new
        for mail, copy in zip(mails, new, strict=True):
            self.begun.setdefault(mail.thread, copy)

    async def homes(self) -> list[UUID | None]:
        """The ticket of each mail, when all have arrived; of one that waits in quarantine with its bytes, that item."""
        waiting = select(QuarantineItem.occurrence_id, QuarantineItem.id)
        waiting = waiting.join(Occurrence, Occurrence.id == QuarantineItem.occurrence_id)
        waiting = waiting.where(QuarantineItem.settled_at.is_(None), Occurrence.raw_blob_id.is_not(None))
        async with self.desk.works.open(self.desk.org, MACHINE, reads=True) as work:
            found = {one: ticket for one, ticket in await work.db.execute(select(Occurrence.id, Occurrence.ticket_id))}
            aside = {one: item for one, item in await work.db.execute(waiting)}
        return [found[one] or aside.get(one) for one in self.copies]

    async def _codes(self, asking: Sequence[Labelled]) -> dict[str, tuple[UUID, str]]:
        threads = {asked[2].decode() for mail in asking for asked in ASKED.finditer(mail.raw)}
        if not threads:
            return {}
        chosen = select(Occurrence.id, Ticket.id, Ticket.ticket_code).join(Ticket, Ticket.id == Occurrence.ticket_id)
        async with self.desk.works.open(self.desk.org, MACHINE, reads=True) as work:
            found = {one: (ticket, code) for one, ticket, code in await work.db.execute(chosen)}
        return {thread: found[self.begun[thread]] for thread in threads}

    def _told(self, asked: re.Match[bytes], codes: dict[str, tuple[UUID, str]]) -> bytes:
        ticket_id, code = codes[asked[2].decode()]
        if asked[1] == b"address":
            return self.desk.stamps.address(self.desk.org, code, "in.acme.example").encode()
        lines = self.desk.stamps.headers(self.desk.org, Proven(ticket_id, new_id()))
        return "\r\n".join(f"{name}: {value}" for name, value in lines.items()).encode()


async def deliver(desk: MailDesk, mails: Sequence[Labelled], batch: int) -> list[UUID | None]:
    """Where each mail is when all have arrived."""
    return await (await arrive(desk, mails, batch)).homes()


async def arrive(desk: MailDesk, mails: Sequence[Labelled], batch: int) -> Delivery:
    """All of them, at most `batch` at a time."""
    delivery, waiting = Delivery(desk), list[Labelled]()
    for mail in mails:
        asked = {found[2].decode() for found in ASKED.finditer(mail.raw)}
        if waiting and (len(waiting) >= batch or asked & {one.thread for one in waiting}):
            await delivery.bring(waiting)
            waiting = []
        waiting.append(mail)
    await delivery.bring(waiting)
    return delivery
