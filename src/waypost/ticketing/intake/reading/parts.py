"""Attachments of a mail, with their bytes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from waypost.ticketing.intake.reading.bodies import Enclosure
from waypost.ticketing.intake.reading.cleaning import clean_word
from waypost.ticketing.intake.reading.filenames import filename
from waypost.ticketing.intake.reading.limits import Limits, Unreadable


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment. Two with equal bytes are two parts; `ordinal` (from 1) tells them apart."""

    ordinal: int
    filename: str
    content_type: str
    data: bytes = field(repr=False)
    sha256: bytes
    size: int
    is_inline: bool
    content_id: str | None


def read_parts(enclosures: Sequence[Enclosure], html: str, limits: Limits, notes: list[str]) -> tuple[Part, ...]:
    """The enclosures in order. Refuses more than `limits.parts`; what `html` shows by its content id is inline."""
    if len(enclosures) > limits.parts:
        raise Unreadable("The mail has more attachments than we keep.", "parts")
    return tuple(_part(e, n, html, notes) for n, e in enumerate(enclosures, start=1))


def _part(enclosure: Enclosure, ordinal: int, html: str, notes: list[str]) -> Part:
    entity = enclosure.entity
    data = entity.content(notes)
    content_id = clean_word(entity.headers.first("content-id").strip().strip("<>"))[:255] or None
    return Part(
        ordinal=ordinal,
        filename=filename(entity, ordinal),
        content_type=entity.kind,
        data=data,
        sha256=hashlib.sha256(data).digest(),
        size=len(data),
        is_inline=enclosure.is_inline or (content_id is not None and f'"cid:{content_id}"' in html),
        content_id=content_id,
    )
