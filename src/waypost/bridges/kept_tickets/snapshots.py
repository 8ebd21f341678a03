"""A ticket as a snapshot: the mapping alone, from values to values. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from waypost.archive.sealing.markup import clean
from waypost.archive.sealing.snapshot import Article, File, Party, Subject
from waypost.bridges.kept_tickets.queries import Bytes
from waypost.ticketing.messages.models import Attachment, Direction
from waypost.ticketing.messages.sanitise import inline_ids
from waypost.ticketing.tickets.conversation import Spoken
from waypost.ticketing.tickets.models import Note, Ticket

MISSING = "The stored content is missing."
REMOVED = "The raw mail was removed when its time was over."
EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Names:
    """Who is who, as the organisation calls them."""

    organisation: str
    assignee: str = ""
    queue: str = ""


def subject(ticket: Ticket, names: Names) -> Subject:
    """What is known of the case itself."""
    owner = str(ticket.assignee_user_id) if ticket.assignee_user_id else None
    return Subject(
        id=str(ticket.id),
        number=ticket.ticket_code,
        title=ticket.subject or "",
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        closed_at=ticket.closed_at,
        state=ticket.status,
        priority=ticket.priority,
        group=names.queue,
        organisation=names.organisation,
        customer=Party(email=ticket.requester_email, name=ticket.requester_name),
        owner=Party(id=owner, name=names.assignee or None),
    )


def article(spoken: Spoken, files: Iterable[File]) -> Article:
    """One message."""
    row = spoken.row
    sender = _address(row.from_name, row.from_email)
    html = clean(row.body_html) if row.body_html else ""
    return Article(
        id=str(row.message_id),
        created_at=row.at,
        internal=False,
        sender=sender or ", ".join(row.to_emails),
        subject=row.subject or "",
        body_html=html,
        body_text=row.body_text or "",
        to=", ".join(row.to_emails),
        cc=", ".join(row.cc_emails),
        kind="email",
        author="agent" if row.direction == Direction.OUTBOUND else "customer",
        message_id=row.rfc_message_id,
        created_by=Party(email=row.from_email, name=row.from_name),
        files=tuple(files),
    )


def note_article(note: Note, author: str) -> Article:
    """An internal note among the messages."""
    return Article(
        id=str(note.id),
        created_at=note.created_at,
        internal=True,
        sender=author,
        subject="",
        body_html=clean(note.body_html),
        body_text=note.body_markdown,
        kind="note",
        author="agent",
        created_by=Party(id=str(note.author_user_id) if note.author_user_id else None, name=author or None),
    )


def attachment(article_id: UUID, part: Attachment, used: frozenset[str]) -> File:
    """What hangs on a message: an inline picture where the body shows it by its content id."""
    inline = bool(part.content_id) and part.content_id in used
    return File(
        article_id=str(article_id),
        attachment_id=str(part.id),
        filename=part.filename,
        content_type=part.content_type,
        size=part.size_bytes,
        sha256=part.sha256.hex(),
        fate="kept",
        role="inline" if inline else "attachment",
        content_id=part.content_id,
    )


def raw(article_id: UUID, found: Bytes) -> File:
    """The mail itself, byte for byte; where its bytes are gone by now, the file says so and which they were."""
    return File(
        article_id=str(article_id),
        attachment_id=None,
        filename="message.eml",
        content_type="message/rfc822",
        size=found.size,
        sha256=None if found.gone else found.sha256,
        fate="failed" if found.gone else "kept",
        reason=f"{REMOVED} SHA-256 {found.sha256}." if found.gone else None,
        role="raw",
    )


def shown_in(spoken: Spoken) -> frozenset[str]:
    """Content ids that the message's own HTML shows."""
    return inline_ids(spoken.row.body_html or "")


def in_order(articles: Sequence[Article]) -> tuple[Article, ...]:
    """Oldest first, undated last, then by id."""
    return tuple(sorted(articles, key=lambda one: (one.created_at is None, one.created_at or EARLIEST, one.id)))


def _address(name: str | None, email: str | None) -> str:
    return f"{name} <{email}>" if name and email else name or email or ""
