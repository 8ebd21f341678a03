"""The verb: begin a conversation. What follows is as with every reply: ten seconds to take it back, then it leaves."""

from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.messages.queries import hold_threads
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.replies import queries as replies
from waypost.ticketing.replies.actions import TWICE, queued, reply, sender
from waypost.ticketing.replies.beginning.models import Beginning, Begun
from waypost.ticketing.replies.beginning.queries import just_begun
from waypost.ticketing.replies.writing import Reply, bare, checked
from waypost.ticketing.tickets.actions import change
from waypost.ticketing.tickets.drafts import needle, ticket_code
from waypost.ticketing.tickets.models import Confidence, Reason, Status, Ticket, TicketOpened, Touched


async def begin(work: Work, posting: Posting, wanted: Beginning) -> Begun:
    """Open a ticket with a first mail of ours. The same mail of the same person within a minute is a second click.

    Refuses: `IdentityNotFound` (also a disabled one), `IdentityNotVerified`, what `checked` refuses, `FileMissing`,
    `NotAMember`, `NoSuchQueue`, `OneAssignee`.
    """
    await hold_threads(work.db)
    identity = await sender(work, wanted.mail.send_identity_id)
    own = await replies.journals(work.db) | {identity.from_email}
    mail = checked(wanted.mail, own, posting.reply_domain)
    requester = mail.to_emails[0]
    twin = await just_begun(work.db, requester, mail.digest(work.actor.person_id), work.now - TWICE)
    if twin:
        ticket, outgoing = twin
        return Begun(ticket, queued(outgoing))
    ticket = _opened(work, mail)
    work.db.add(ticket)
    await work.db.flush()
    on_its_way = await reply(work, posting, ticket.id, mail)
    work.tell(TicketOpened(ticket.id, on_its_way.message_id))
    await change(work, ticket, wanted.standing)
    return Begun(ticket, on_its_way)


def _opened(work: Work, mail: Reply) -> Ticket:
    """Open, not new: a person knows of it. It holds nothing until its mail joins it."""
    code, requester = ticket_code(), mail.to_emails[0]
    return Ticket(
        id=new_id(),
        ticket_code=code,
        status=Status.OPEN,
        subject=mail.subject,
        subject_norm=bare(mail.subject),
        requester_email=requester,
        needle=needle(code, mail.subject, requester, None),
        created_at=work.now,
        updated_at=work.now,
        last_activity_at=work.now,
        stitch_reason=Reason.OUTBOUND_SEND,
        stitch_confidence=Confidence.HIGH,
        touched=Touched.BY_A_PERSON,
        message_count=0,
        snippet="",
    )
