"""A reply in its conversation: the rows it adds, what it changes on its ticket, and the way back."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from waypost.platform.db import Base
from waypost.platform.ids import new_id
from waypost.platform.rows import among, insert_rows
from waypost.platform.work import Work
from waypost.ticketing.messages.marks import mark
from waypost.ticketing.messages.models import (
    Attachment,
    Content,
    Direction,
    FilesCame,
    Message,
    RefType,
    RfcId,
    ThreadRef,
)
from waypost.ticketing.outbound.models import Outgoing
from waypost.ticketing.replies import queries
from waypost.ticketing.replies.writing import Reply, norm, snippet
from waypost.ticketing.tickets import writing as threads
from waypost.ticketing.tickets.drafts import needle
from waypost.ticketing.tickets.models import (
    Confidence,
    MessageJoined,
    Participant,
    Reason,
    SearchText,
    Status,
    Ticket,
    TicketMessage,
    Touched,
)
from waypost.ticketing.tickets.words import searchable

CONTENT_VERSION = PARSER_VERSION = 1
OF_A_MESSAGE: tuple[type[Base], ...] = (SearchText, TicketMessage, Attachment, ThreadRef, RfcId, Content)


@dataclass(frozen=True, slots=True)
class Written:
    """A reply with everything that stands around its words."""

    outgoing: Outgoing
    reply: Reply
    from_email: str
    from_name: str | None
    reply_to: str | None
    references: list[str]
    marks: dict[str, str]
    language: str

    @property
    def headers(self) -> dict[str, list[str]]:
        """Header values that its content keeps."""
        named = {name: [value] for name, value in self.marks.items()}
        named["Message-ID"] = [self.outgoing.rfc_message_id]
        if self.references:
            named |= {"In-Reply-To": self.references[-1:], "References": [" ".join(self.references)]}
        return named


async def keep(work: Work, ticket: Ticket, written: Written) -> dict[str, Any]:
    """Add the message to its conversation; gives what must be known to take it back."""
    files = await _file_rows(work, written)
    await insert_rows(work.db, Message, [_message_row(work, written)])
    message_id = written.outgoing.message_id
    await insert_rows(work.db, RfcId, [{"mark": written.outgoing.rfc_mark, "message_id": message_id}])
    await insert_rows(work.db, Content, [_content_row(work, ticket, written, len(files))])
    await insert_rows(work.db, ThreadRef, _ref_rows(written))
    await insert_rows(work.db, Attachment, files)
    if files:
        work.tell(FilesCame(message_id))
    joined = await _join(work, ticket, written)
    work.tell(MessageJoined(ticket.id, message_id, Direction.OUTBOUND.value))
    return {"joined": joined}


def _message_row(work: Work, written: Written) -> dict[str, Any]:
    """Its prints are of its own kind: a copy of it is known by its marks, never taken for another mail."""
    own = hashlib.sha256(f"outbound:{written.outgoing.oss_message_id}".encode()).digest()
    return {
        "id": written.outgoing.message_id,
        "direction": Direction.OUTBOUND,
        "rfc_message_id": written.outgoing.rfc_message_id,
        "fingerprint": own,
        "signature": own,
        "content_signature": own,
        "first_seen_at": work.now,
    }


def _content_row(work: Work, ticket: Ticket, written: Written, files: int) -> dict[str, Any]:
    reply = written.reply
    return {
        "message_id": written.outgoing.message_id,
        "content_version": CONTENT_VERSION,
        "parser_version": PARSER_VERSION,
        "parsed_at": work.now,
        "date_header": work.now.replace(microsecond=0),
        "subject": reply.subject,
        "subject_norm": norm(reply.subject, ticket.subject_norm),
        "from_email": written.from_email,
        "from_name": written.from_name,
        "reply_to_emails": [written.reply_to] if written.reply_to else [],
        "to_emails": list(reply.to_emails),
        "cc_emails": list(reply.cc_emails),
        "headers": written.headers,
        "body_text": reply.body_text,
        "body_html": reply.body_html,
        "quote_start": reply.quote_start,
        "snippet": snippet(reply.body_text),
        "language": written.language,
        "attachment_count": files,
        "traits": [],
        "has_remote": False,
        "notes": [],
    }


def _ref_rows(written: Written) -> list[dict[str, Any]]:
    named = [(RefType.IN_REPLY_TO, one) for one in written.references[-1:]]
    named += [(RefType.REFERENCES, one) for one in reversed(written.references[:-1])]
    return [
        {"message_id": written.outgoing.message_id, "ref_type": kind, "position": place, "mark": mark(name)}
        for place, (kind, name) in enumerate(named)
    ]


async def _file_rows(work: Work, written: Written) -> list[dict[str, Any]]:
    files = written.reply.files
    blobs = await queries.blobs(work.db, [one.blob_id for one in files]) if files else {}
    return [
        {
            "message_id": written.outgoing.message_id,
            "ordinal": place,
            "blob_id": one.blob_id,
            "filename": one.filename,
            "content_type": one.content_type,
            "size_bytes": blobs[one.blob_id].size_bytes,
            "sha256": blobs[one.blob_id].sha256,
            "is_inline": False,
        }
        for place, one in enumerate(files)
    ]


async def _join(work: Work, ticket: Ticket, written: Written) -> list[str]:
    """The message's place in the thread, its words in the search, its readers among the participants."""
    reply, now, message_id = written.reply, work.now, written.outgoing.message_id
    addressed = [*reply.to_emails, *reply.cc_emails]
    known = await queries.people(work.db, ticket.id, addressed)
    new = [one for one in addressed if one not in known]
    place = {"ticket_id": ticket.id, "message_id": message_id, "at": now}
    link = {"stitched_at": now, "stitch_reason": Reason.OUTBOUND_SEND, "stitch_confidence": Confidence.HIGH}
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows["messages"] = [place | link | {"evidence": ""}]
    rows["people"] = [{"id": new_id(), "ticket_id": ticket.id, "address": one} for one in new]
    words = {"subject": searchable(reply.subject), "body": searchable(reply.body_text), "language": written.language}
    rows["texts"] = [{"id": new_id()} | place | words]
    await threads.write(work, threads.Written([], [], rows, []))
    _bump(work, ticket, snippet(reply.body_text))
    return new


def _bump(work: Work, ticket: Ticket, words: str) -> None:
    ticket.message_count += 1
    ticket.snippet, ticket.last_message_at = words, work.now
    ticket.last_activity_at = ticket.updated_at = work.now
    ticket.first_message_at = ticket.first_message_at or work.now
    ticket.touched = Touched.BY_A_PERSON


async def undo(work: Work, ticket: Ticket, outgoing: Outgoing) -> None:
    """Remove every row of a reply that never left, and give the ticket the end it had before."""
    await work.db.flush()
    for table in OF_A_MESSAGE:
        await work.db.execute(delete(table).where(_of(table, outgoing.message_id)))
    await work.db.execute(delete(Message).where(Message.id == outgoing.message_id))
    joined = outgoing.before.get("joined", [])
    mine = delete(Participant).where(Participant.ticket_id == ticket.id, among(Participant.address, joined))
    await work.db.execute(mine)
    last = await queries.newest(work.db, ticket.id)
    ticket.message_count -= 1
    ticket.snippet, ticket.last_message_at = (last[1], last[0].at) if last else ("", None)
    ticket.last_activity_at = ticket.updated_at = work.now


def lay_down(work: Work, ticket: Ticket) -> None:
    """Its only message was taken back: like every empty ticket it is in no list, count or search; nobody closed it."""
    ticket.status, ticket.closed_at, ticket.needle = Status.CLOSED, work.now, ""


def revive(work: Work, ticket: Ticket) -> None:
    """What is said in an empty ticket is to be found again."""
    if ticket.message_count or ticket.needle:
        return
    ticket.status, ticket.closed_at, ticket.updated_at = Status.OPEN, None, work.now
    ticket.needle = needle(ticket.ticket_code, ticket.subject, ticket.requester_email, ticket.requester_name)


def _of(table: Any, message_id: UUID) -> Any:
    return table.message_id == message_id
