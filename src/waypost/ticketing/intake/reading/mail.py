"""From the bytes of a mail to clean values: one pure function, safe to run in another process."""

from dataclasses import dataclass, field
from datetime import datetime

from waypost.ticketing.intake.reading.bodies import Bodies, read_bodies
from waypost.ticketing.intake.reading.cleaning import cut_bytes
from waypost.ticketing.intake.reading.identity import Evidence, content_signature, fingerprint, signature
from waypost.ticketing.intake.reading.language import dictionary_for
from waypost.ticketing.intake.reading.letterhead import Letterhead, read_letterhead, shown_headers
from waypost.ticketing.intake.reading.limits import Limits
from waypost.ticketing.intake.reading.origin import is_automatic, is_bounce, list_id
from waypost.ticketing.intake.reading.parts import Part, read_parts
from waypost.ticketing.intake.reading.quotes import begins_forwarded
from waypost.ticketing.intake.reading.recipients import Markers, Recipients, read_markers
from waypost.ticketing.intake.reading.returned import NOTHING, Returned, read_returned
from waypost.ticketing.intake.reading.start import read_start
from waypost.ticketing.intake.reading.tree import Entity, read_tree
from waypost.ticketing.intake.reading.wording import Wording, read_wording

_USUAL = Limits()
_MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, read. Every text is UTF-8 without NUL; addresses are lower-case; equal bytes give equal mails."""

    subject: str | None
    subject_norm: str
    is_forward: bool
    from_email: str | None
    from_name: str | None
    reply_to: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    date_header: datetime | None
    rfc_message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    headers: dict[str, list[str]] = field(repr=False)
    auto_submitted: bool
    is_bounce: bool
    returned: Returned
    list_id: str | None
    body_text: str | None
    body_html: str | None
    quote_start: int | None
    html_has_remote: bool
    snippet: str
    attachments: tuple[Part, ...]
    recipients: Recipients
    oss_markers: Markers
    fingerprint_v1: str
    signature_v1: str
    content_signature: str
    search_text: str = field(repr=False)
    language: str
    decode_notes: tuple[str, ...]


def read_mail(raw: bytes, limits: Limits = _USUAL) -> Mail:
    """Read what a person would see of `raw`, and what tells it from other mails.

    Raises `Unreadable` for bytes that are no mail at all or that pass one of `limits`, and nothing else: whatever is
    broken is read for what it most likely means, and said in `decode_notes` (fixed phrases, nothing from the mail
    but charset names).
    """
    notes: list[str] = []
    data, start = read_start(raw, limits)
    root = read_tree(data, start, limits, notes)
    letterhead = read_letterhead(root.headers, limits, notes)
    bodies = read_bodies(root, limits, notes)
    wording = read_wording(bodies, limits, notes)
    parts = read_parts(bodies.enclosures, wording.html or "", limits, notes)
    return _mail(_Read(root, letterhead, bodies, wording, parts), limits, notes)


@dataclass(frozen=True, slots=True)
class _Read:
    """The pieces of a mail, each understood by itself."""

    root: Entity
    letterhead: Letterhead
    bodies: Bodies
    wording: Wording
    parts: tuple[Part, ...]


def _evidence(read: _Read) -> Evidence:
    letterhead, wording = read.letterhead, read.wording
    return Evidence(
        rfc_message_id=letterhead.message_id,
        date=letterhead.date,
        sender=letterhead.sender.email.lower() if letterhead.sender else None,
        to=letterhead.recipients.to_candidates,
        cc=letterhead.recipients.cc_candidates,
        reply_to=letterhead.reply_to,
        subject_norm=letterhead.bare.text,
        text=wording.text or "",
        markup=read.bodies.as_html() if read.bodies.has_html else "",
        html=wording.html or "",
        structure=_structure(read.root),
        attachments=tuple(p.sha256 for p in read.parts),
    )


def _structure(entity: Entity) -> str:
    return f"{entity.kind}({','.join(map(_structure, entity.children))})" if entity.children else entity.kind


def _mail(read: _Read, limits: Limits, notes: list[str]) -> Mail:
    letterhead, wording, evidence = read.letterhead, read.wording, _evidence(read)
    headers, bounced = read.root.headers, is_bounce(read.root, evidence.sender)
    return Mail(
        subject=letterhead.subject,
        subject_norm=letterhead.bare.text,
        is_forward=not bounced and _is_forward(letterhead, wording, evidence.structure),
        from_email=evidence.sender,
        from_name=letterhead.sender.name if letterhead.sender else None,
        reply_to=letterhead.reply_to,
        to=evidence.to,
        cc=evidence.cc,
        date_header=letterhead.date,
        rfc_message_id=letterhead.message_id,
        in_reply_to=letterhead.in_reply_to,
        references=letterhead.references,
        headers=shown_headers(headers, limits),
        auto_submitted=bounced or is_automatic(headers, letterhead.subject),
        is_bounce=bounced,
        returned=read_returned(read.root, wording.text or "", limits, notes) if bounced else NOTHING,
        list_id=list_id(headers),
        body_text=wording.text,
        body_html=wording.html,
        quote_start=wording.quote_start,
        html_has_remote=wording.has_remote,
        snippet=wording.snippet(letterhead.subject),
        attachments=read.parts,
        recipients=letterhead.recipients,
        oss_markers=read_markers(headers, limits, notes),
        fingerprint_v1=fingerprint(evidence),
        signature_v1=signature(evidence),
        content_signature=content_signature(evidence),
        search_text=_search_text(read, limits),
        language=dictionary_for(wording.own_text or letterhead.bare.text),
        decode_notes=tuple(dict.fromkeys(notes))[:_MOST_NOTES],
    )


def _is_forward(letterhead: Letterhead, wording: Wording, structure: str) -> bool:
    """By the outermost prefix of the subject; without any, by a forwarded mail below the text or attached to it."""
    if letterhead.bare.is_forward or letterhead.bare.is_reply:
        return letterhead.bare.is_forward
    if begins_forwarded((wording.text or "")[wording.quote_start or 0 :]):
        return True
    return "message/rfc822" in structure and "digest" not in structure and not letterhead.in_reply_to


def _search_text(read: _Read, limits: Limits) -> str:
    """Subject, sender, file names, then the text: what comes last is cut."""
    sender = read.letterhead.sender
    people = (sender.name or "", sender.email.lower()) if sender else ()
    lines = (read.letterhead.subject or "", *people, *(p.filename for p in read.parts), read.wording.text or "")
    return cut_bytes("\n".join(filter(None, lines)), limits.search_bytes)
