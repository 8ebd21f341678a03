"""What an agent does at the desk while a case of the torture set is told."""

from dataclasses import dataclass, field
from uuid import UUID

from tests.cast import desk_for, enter
from tests.ticketing.desk import INBOX, MailDesk
from tests.wire.torture.case import Answer, Sent
from waypost.platform.access import MACHINE, Actor, ActorKind, Role
from waypost.platform.identity import lookups
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.messages.markers import Proven
from waypost.ticketing.outbound import queries as outbound
from waypost.ticketing.outbound.delivery import letter
from waypost.ticketing.outbound.material import material
from waypost.ticketing.outbound.models import IdentityStatus, SendIdentity
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.writing_mail import write_mail
from waypost.ticketing.replies.actions import Queued, reply
from waypost.ticketing.replies.writing import Reply
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import Change, change
from waypost.ticketing.tickets.models import Status, Ticket

DONE = {"resolve": Status.RESOLVED, "close": Status.CLOSED, "spam": Status.SPAM}


@dataclass(slots=True)
class Agent:
    """One of us, with an address that may send; what left is in `sent`."""

    desk: MailDesk
    sent: list[Sent] = field(default_factory=list)
    person: Actor = field(default_factory=lambda: Actor(ActorKind.PERSON, new_id()))
    assignee: UUID | None = None

    @property
    def posting(self) -> Posting:
        """The desk's own marks."""
        return Posting(self.desk.stamps, "http://localhost:8000", "mail.acme.example", "in.acme.example")

    async def act(self, answer: Answer, ticket_id: UUID) -> None:
        """As the case asks."""
        if answer.act == "answer":
            await self._answer(answer, ticket_id)
        else:
            wanted = await self._assignment() if answer.act == "assign" else Change(status=DONE[answer.act])
            async with self.desk.works.open(self.desk.org, self.person) as work:
                await change(work, await tickets.by_id(work.db, ticket_id), wanted)

    async def _answer(self, answer: Answer, ticket_id: UUID) -> None:
        async with self.desk.works.open(self.desk.org, self.person) as work:
            ticket = await tickets.by_id(work.db, ticket_id)
            to = (ticket.requester_email or "",)
            wanted = Reply(await _identity(work), to, f"Re: {ticket.subject}", answer.text)
            queued = await reply(work, self.posting, ticket_id, wanted)
        async with self.desk.works.open(self.desk.org, MACHINE) as work:
            self.sent.append(await self._leaves(work, queued, ticket))

    async def _leaves(self, work: Work, queued: Queued, ticket: Ticket) -> Sent:
        outgoing = await outbound.outgoing(work.db, queued.message_id)
        made = await material(work.db, outgoing)
        marks = self.desk.stamps.headers(work.org, Proven(ticket.id, queued.oss_message_id))
        address = self.posting.reply_to(work.org, ticket.ticket_code)
        assert address is not None
        lines = "\r\n".join(f"{name}: {value}" for name, value in marks.items())
        return Sent(outgoing.rfc_message_id, address, lines, write_mail(letter(made, [])))

    async def _assignment(self) -> Change:
        """To a colleague who really is one."""
        works, org = self.desk.works, self.desk.org
        async with lookups.catalogue(works.shards) as db:
            await lookups.make_organisation(db, f"House {org}", works.clock(), org=org)
        async with works.open(org, MACHINE) as work:
            self.assignee = (await enter(desk_for(works), work, "Bob", Role.AGENT)).person_id
        return Change(assignee_user_id=self.assignee)


async def _identity(work: Work) -> UUID:
    identity = await outbound.identity_of(work.db, INBOX)
    if identity is None:
        identity = SendIdentity(id=new_id(), from_email=INBOX, from_name="Acme Support", is_enabled=True)
        identity.status, identity.created_at, identity.updated_at = IdentityStatus.VERIFIED, work.now, work.now
        work.db.add(identity)
        await work.db.flush()
    return identity.id
