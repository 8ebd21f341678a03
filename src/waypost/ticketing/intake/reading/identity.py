"""Digests by which copies of one mail are recognised, and different mails are told apart."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from waypost.ticketing.intake.reading.footers import without_footers
from waypost.ticketing.intake.reading.html_text import html_to_text


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of a mail that tells it from others.

    `markup` is HTML as sent, `html` the same made safe; `structure` the MIME types of all parts, nested as they are.
    """

    rfc_message_id: str | None
    date: datetime | None
    sender: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    reply_to: tuple[str, ...]
    subject_norm: str
    text: str
    markup: str
    html: str
    structure: str
    attachments: tuple[bytes, ...]


def fingerprint(e: Evidence) -> str:
    """Hex digest of what copies share: sender, subject, day, text, attachments. Equal is a suspicion, no proof."""
    day = e.date.date().isoformat() if e.date else None
    files = [h.hex()[:16] for h in e.attachments[:10]]
    return _digest([e.sender, e.subject_norm, day, _hash(e.text.strip())[:16], len(e.attachments), files])


def signature(e: Evidence) -> str:
    """Hex digest of everything, Message-ID, HTML and structure included: equal means the same mail."""
    people = (sorted(e.to), sorted(e.cc), sorted(e.reply_to))
    date = e.date.isoformat() if e.date else None
    content = (e.text.strip(), _hash(e.markup), e.structure, [h.hex() for h in e.attachments])
    return _digest([e.rfc_message_id, date, e.sender, *people, e.subject_norm, *content])


def content_signature(e: Evidence) -> str:
    """Hex digest without Message-ID, structure and transport footers: equal means the same mail, re-sent or rewritten.

    HTML counts by its words, the targets of its links and its pictures.
    """
    date = e.date.isoformat() if e.date else None
    shown = _words(html_to_text(e.html, with_addresses=True)) if e.html else ""
    files = [h.hex() for h in e.attachments]
    return _digest([date, e.sender, sorted(e.to), sorted(e.cc), e.subject_norm.lower(), _words(e.text), shown, files])


def _words(text: str) -> str:
    return " ".join(without_footers(text).split())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(values: Iterable[object]) -> str:
    return _hash(json.dumps(list(values), ensure_ascii=False, separators=(",", ":")))
