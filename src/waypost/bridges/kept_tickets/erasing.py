"""What erasing a case means for the ticket it came from: words, addresses and bytes go; rows, ids and times stay.

Every step may run twice. Bytes go before the rows that say where they are, so that a crash in between loses no place.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, cast, delete, func, or_, select, text, union, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from waypost.bridges.kept_tickets import erasing_sql
from waypost.bridges.kept_tickets.models import TicketErased
from waypost.platform.facts import KeptFact
from waypost.platform.rows import among
from waypost.platform.safety.models import AnsweredRequest
from waypost.platform.storage.models import Blob
from waypost.platform.work import Work
from waypost.ticketing.intake.models import QuarantineItem
from waypost.ticketing.intake.rereading.models import FormerContent
from waypost.ticketing.messages.models import Attachment, Content, Message, Occurrence
from waypost.ticketing.outbound.models import Outgoing
from waypost.ticketing.replies.drafts.models import Draft, DraftFile
from waypost.ticketing.tickets.models import Note, Participant, SearchText, Ticket, TicketMessage

assert erasing_sql, "its function stands in the schema"

GONE = "erased"
"""What stands where a name must stand."""
TICKET: dict[str, Any] = {"requester_email": None, "requester_name": None, "subject": None} | dict.fromkeys(
    ("subject_norm", "snippet", "needle"), ""
)
CONTENT: dict[str, Any] = (
    dict.fromkeys(("subject", "from_email", "from_name", "body_text", "body_html", "quote_start"))
    | dict.fromkeys(("subject_norm", "snippet"), "")
    | {name: [] for name in ("reply_to_emails", "to_emails", "cc_emails", "traits", "notes")}
    | {"headers": {}, "has_remote": False}
)
COPY: dict[str, Any] = dict.fromkeys(
    ("original_recipient", "thread_id", "parse_error", "stitch_error", "route_error", "route_evidence")
) | {"original_recipient_evidence": {}, "labels": []}


async def places(db: AsyncSession, ticket_id: UUID) -> dict[UUID, str]:
    """Blobs of the case alone and where their bytes are: what another ticket holds as well stays."""
    said = await _messages(db, ticket_id)
    hers, others = _blobs(among(Attachment.message_id, said), said, ticket_id), _elsewhere(said, ticket_id)
    chosen = select(Blob.id, Blob.storage_key).where(Blob.id.in_(hers), Blob.id.not_in(others))
    return {blob_id: key for blob_id, key in await db.execute(chosen)}


async def blank(work: Work, ticket_id: UUID) -> int:
    """Every word of the case in every row that ticketing keeps; told once. How many messages had any left."""
    db, said = work.db, await _messages(work.db, ticket_id)
    words = select(func.count()).where(among(Content.message_id, said), Content.from_email.is_not(None))
    left = await db.scalar(words) or 0
    of_copies = select(Occurrence.id).where(among(Occurrence.message_id, said))
    await db.execute(update(Ticket).where(Ticket.id == ticket_id).values(TICKET))
    await db.execute(update(Content).where(among(Content.message_id, said)).values(CONTENT))
    await db.execute(delete(FormerContent).where(among(FormerContent.message_id, said)))
    await db.execute(update(Message).where(among(Message.id, said)).values(rfc_message_id=None))
    await db.execute(update(Occurrence).where(among(Occurrence.message_id, said)).values(COPY))
    named = {"filename": GONE, "content_id": None}
    await db.execute(update(Attachment).where(among(Attachment.message_id, said)).values(named))
    await db.execute(update(QuarantineItem).where(QuarantineItem.occurrence_id.in_(of_copies)).values(reason=GONE))
    await db.execute(update(Note).where(Note.ticket_id == ticket_id).values(body_markdown="", body_html=""))
    sent: dict[str, Any] = {"recipients": [], "before": {}, "failure": None}
    await db.execute(update(Outgoing).where(Outgoing.ticket_id == ticket_id).values(sent))
    for table in (Participant, SearchText, Draft):
        await db.execute(delete(table).where(table.ticket_id == ticket_id))
    await _forget_answers(db, ticket_id)
    await db.execute(text("select forget_rearranged(:ticket, :said)"), {"ticket": ticket_id, "said": list(said)})
    await _tell(work, ticket_id)
    return left


async def _forget_answers(db: AsyncSession, ticket_id: UUID) -> None:
    """Answers that would be repeated for an idempotency key."""
    named = f"%{ticket_id}%"
    about = or_(AnsweredRequest.door.like(named), cast(AnsweredRequest.answer, Text).like(named))
    await db.execute(delete(AnsweredRequest).where(about))


async def _tell(work: Work, ticket_id: UUID) -> None:
    told = select(KeptFact.id).where(KeptFact.thing_id == ticket_id, KeptFact.event == TicketErased.wire())
    if await work.db.scalar(told.limit(1)) is None:
        work.tell(TicketErased(ticket_id))


async def _messages(db: AsyncSession, ticket_id: UUID) -> Sequence[UUID]:
    """What was said in it, and the copies that a person had made one with it."""
    hers = select(TicketMessage.message_id).where(TicketMessage.ticket_id == ticket_id)
    same = select(Message.id).where(Message.same_as.in_(hers))
    return (await db.scalars(union(hers, same))).all()


def _blobs(attached: ColumnElement[bool], said: Sequence[UUID], ticket_id: UUID) -> Select[Any]:
    """Ids of the blobs that the case names."""
    drafts = select(DraftFile.blob_id).join(
        Draft, (Draft.org_id == DraftFile.org_id) & (Draft.id == DraftFile.draft_id)
    )
    named = union(
        select(Attachment.blob_id).where(attached),
        select(Occurrence.raw_blob_id).where(among(Occurrence.message_id, said), Occurrence.raw_blob_id.is_not(None)),
        select(Outgoing.raw_blob_id).where(Outgoing.ticket_id == ticket_id, Outgoing.raw_blob_id.is_not(None)),
        drafts.where(Draft.ticket_id == ticket_id),
    ).subquery()
    return select(named.c[0])


def _elsewhere(said: Sequence[UUID], ticket_id: UUID) -> Select[Any]:
    """Ids of the blobs that anything else names, too."""
    drafts = select(DraftFile.blob_id).join(
        Draft, (Draft.org_id == DraftFile.org_id) & (Draft.id == DraftFile.draft_id)
    )
    not_said = Occurrence.message_id.is_(None) | ~among(Occurrence.message_id, said)
    named = union(
        select(Attachment.blob_id).where(~among(Attachment.message_id, said)),
        select(Occurrence.raw_blob_id).where(not_said, Occurrence.raw_blob_id.is_not(None)),
        select(Outgoing.raw_blob_id).where(Outgoing.ticket_id != ticket_id, Outgoing.raw_blob_id.is_not(None)),
        drafts.where(Draft.ticket_id != ticket_id),
    ).subquery()
    return select(named.c[0])
