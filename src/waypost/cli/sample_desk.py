"""The desk of the sample company: an address that may be used, texts written once, tickets that have somebody."""

from collections.abc import Collection
from itertools import cycle, islice
from uuid import UUID

from sqlalchemy import select

from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.outbound.models import IdentityStatus, SendIdentity
from waypost.ticketing.outbound.queries import identity_of
from waypost.ticketing.queues.actions import join, open_queue
from waypost.ticketing.replies.canned.models import CannedReply
from waypost.ticketing.tags.actions import make
from waypost.ticketing.tags.models import Color
from waypost.ticketing.tickets.actions import Change, change
from waypost.ticketing.tickets.models import ENDED, Ticket
from waypost.ticketing.tickets.tagging.actions import put_on

EACH = 2
QUEUES = ("Emergencies", "Invoices")
TAGS = {"Part on order": Color.AMBER, "Second visit": Color.BLUE, "Guarantee": Color.GREEN}
ADDRESS, NAME = "support@acme.example", "Acme Home Services"
SIGNATURE = "Acme Home Services\n14 Foundry Lane · +44 1632 960 118"
TEXTS = {
    "A visit is arranged": (
        "Dear {{requester.name}},\n\nthank you for your message. We come on **Friday between eight and ten**; "
        "please make sure that the boiler can be reached.\n\nKind regards\n{{agent.name}}"
    ),
    "Ask for a photo": (
        "Hello {{requester.first_name}},\n\ncould you send us a photo of the type plate? "
        "It is usually inside the front flap.\n\n{{agent.first_name}}"
    ),
    "We have your mail": (
        "Dear {{requester.name}},\n\nwe have your mail about “{{ticket.subject}}” and look into it today. "
        "Its number is {{ticket.code}}.\n\n{{organisation.name}}"
    ),
}


async def equip(work: Work) -> None:
    """Make what is missing; what somebody changed stays."""
    if await identity_of(work.db, ADDRESS) is None:
        work.db.add(_identity(work))
    known = set(await work.db.scalars(select(CannedReply.name)))
    for name, body in TEXTS.items():
        if name not in known:
            work.db.add(_text(work, name, body))


async def share_out(work: Work, people: Collection[UUID]) -> None:
    """Each new person and each queue gets as many of the newest conversations, and some bear a tag: a desk where nobody
    has anything to do teaches little."""
    if not people:
        return
    talks = select(Ticket).where(Ticket.message_count > 1, Ticket.status.not_in(ENDED))
    waiting = (await work.db.scalars(talks.order_by(Ticket.last_activity_at.desc(), Ticket.id))).all()
    newest = iter(waiting)
    for person in people:
        for ticket in islice(newest, EACH):
            await change(work, ticket, Change(assignee_user_id=person))
    for name in QUEUES:
        queue = await open_queue(work, name)
        for person in people:
            await join(work, queue, person)
        for ticket in islice(newest, EACH):
            await change(work, ticket, Change(assignee_queue_id=queue.id))
    tags = [await make(work, name, color) for name, color in TAGS.items()]
    for ticket, tag in zip(waiting[::EACH], cycle(tags), strict=False):
        await put_on(work, ticket, tag)


def _identity(work: Work) -> SendIdentity:
    return SendIdentity(
        id=new_id(),
        from_email=ADDRESS,
        from_name=NAME,
        status=IdentityStatus.VERIFIED,
        is_enabled=True,
        signature=SIGNATURE,
        verified_at=work.now,
        created_at=work.now,
        updated_at=work.now,
    )


def _text(work: Work, name: str, body: str) -> CannedReply:
    return CannedReply(
        id=new_id(), name=name, body=body, owner_id=None, created_at=work.now, updated_at=work.now, removed_at=None
    )
