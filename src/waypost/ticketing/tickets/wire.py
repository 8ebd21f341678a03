"""The documented JSON of tickets: exactly these keys, in these shapes (operators' clients compare them)."""

from collections.abc import Iterable, Sequence
from typing import Any

from waypost.platform.facts import KeptFact
from waypost.ticketing.messages.models import Attachment
from waypost.ticketing.tickets.conversation import Spoken
from waypost.ticketing.tickets.inlined import Inlined
from waypost.ticketing.tickets.models import Note, Ticket
from waypost.ticketing.tickets.queries import ROW

ROW_KEYS = tuple(column.key for column in ROW)


def ticket_row(row: Any) -> dict[str, Any]:
    """The 17 keys of a ticket, from a row or an entity."""
    return {key: getattr(row, key) for key in ROW_KEYS}


def message_json(one: Spoken, inlined: Inlined) -> dict[str, Any]:
    """One message of a conversation; it may come without bodies."""
    row = one.row
    return {
        "message_id": row.message_id,
        "collision_group_id": row.collision_group_id,
        "stitched_at": row.stitched_at,
        "stitch_reason": row.stitch_reason,
        "stitch_confidence": row.stitch_confidence,
        "direction": row.direction,
        "rfc_message_id": row.rfc_message_id,
        "date_header": row.date_header,
        "subject": row.subject,
        "from_email": row.from_email,
        "to_emails": row.to_emails,
        "cc_emails": row.cc_emails,
        "snippet": row.snippet,
        "body_text": getattr(row, "body_text", None),
        "body_html_sanitized": inlined.html(one),
        "attachments": [attachment_json(attachment) for attachment in one.attachments],
        "occurrences": [occurrence_json(occurrence) for occurrence in one.occurrences],
    }


def attachment_json(attachment: Attachment) -> dict[str, Any]:
    """What hangs on a message."""
    return {
        "id": attachment.id,
        "filename": attachment.filename,
        "content_type": attachment.content_type,
        "size_bytes": attachment.size_bytes,
        "is_inline": attachment.is_inline,
        "content_id": attachment.content_id,
    }


def occurrence_json(occurrence: Any) -> dict[str, Any]:
    """One copy and the evidence for where it went; `gmail_message_id` is every provider's own id."""
    return {
        "id": occurrence.id,
        "mailbox_id": occurrence.mailbox_id,
        "gmail_message_id": occurrence.provider_id,
        "state": occurrence.state,
        "original_recipient": occurrence.original_recipient,
        "original_recipient_source": occurrence.original_recipient_source,
        "original_recipient_confidence": occurrence.original_recipient_confidence,
        "original_recipient_evidence": occurrence.original_recipient_evidence,
        "routed_at": occurrence.routed_at,
        "parse_error": occurrence.parse_error,
        "stitch_error": occurrence.stitch_error,
        "route_error": occurrence.route_error,
    }


def event_json(event: KeptFact) -> dict[str, Any]:
    """One line of the timeline."""
    return {
        "id": event.id,
        "actor_user_id": event.actor_id,
        "event_type": event.event,
        "created_at": event.at,
        "event_data": event.data,
    }


def note_json(note: Note) -> dict[str, Any]:
    """One note."""
    return {
        "id": note.id,
        "author_user_id": note.author_user_id,
        "body_markdown": note.body_markdown,
        "body_html_sanitized": note.body_html,
        "created_at": note.created_at,
        "updated_at": note.updated_at,
    }


def detail_json(
    ticket: Ticket, messages: Sequence[dict[str, Any]], events: Iterable[KeptFact], notes: Iterable[Note]
) -> dict[str, Any]:
    """The whole ticket: exactly `ticket`, `messages`, `events`, `notes`."""
    return {
        "ticket": ticket_row(ticket),
        "messages": list(messages),
        "events": [event_json(event) for event in events],
        "notes": [note_json(note) for note in notes],
    }
