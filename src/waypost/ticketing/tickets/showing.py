"""A message as a page shows it: own words, folded history, safe HTML, pictures and files by signed links."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup, escape

from waypost.platform.storage.links import BlobLinks, Manner
from waypost.ticketing.messages.models import Attachment, Direction
from waypost.ticketing.messages.plain import text_to_html
from waypost.ticketing.messages.sanitise import inline_ids, shown_html
from waypost.ticketing.tickets.conversation import Spoken
from waypost.ticketing.tickets.handing import FREELY, Handing
from waypost.ticketing.tickets.pictures import PictureLinks

PAGE_BUDGET = 24_000
"""Bytes of bodies on one page, as they are sent, beside up to 120 KB of list, heads and timeline; older and longer
messages are fetched when they are opened."""
NEWEST = 100_000
"""The newest message is what one came for: it may take more."""
LINE = 70
REMOTE = ' data-remote-src="'
FOLDED, FOLD = "<details", 1
"""History that is folded takes a line, and no room for what it hides."""
THUMBNAILS = 12
"""Pictures that one message shows by itself; the others are files."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True)
class Linking:
    """What signed links need."""

    links: BlobLinks
    pictures: PictureLinks
    org: UUID
    now: datetime
    handing: Handing = FREELY

    def remote(self, url: str) -> str:
        """An address of ours that fetches a picture from elsewhere."""
        return self.pictures.path(self.org, url, self.now)

    def shows(self, attachment: Attachment) -> bool:
        """May it be shown in place, now?"""
        return is_picture(attachment) and self.handing.gives(attachment)

    def picture(self, attachment: Attachment) -> str:
        """An address that shows it in place."""
        return self.links.path(self.org, attachment.blob_id, attachment.filename, now=self.now, manner=Manner.INLINE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One message ready for its template. `text` or `html` or neither (then it is fetched on demand)."""

    spoken: Spoken
    is_ours: bool
    has_body: bool
    text: Markup
    quoted: Markup
    html: str
    lines: int
    files: tuple[Attachment, ...]
    pictures_hidden: int
    thumbnails: dict[UUID, str] = field(default_factory=dict)
    """Addresses of pictures among the files, by attachment."""
    held: frozenset[UUID] = frozenset()
    """Files that wait for the scanner."""

    @property
    def initials(self) -> str:
        """Two letters for the sender."""
        return initials(self.spoken.row.from_name or self.spoken.row.from_email or "")


def shown_thread(spoken: Sequence[Spoken], linking: Linking) -> list[Shown]:
    """Newest first in, oldest first out; bodies as long as the page's budget lasts, the newest message always."""
    budget, result = PAGE_BUDGET, []
    for place, one in enumerate(spoken):
        size = _cost(getattr(one.row, "body_html", None) or getattr(one.row, "body_text", None) or "")
        fits = (place == 0 and size <= NEWEST) or size <= budget
        budget -= size if fits else 0
        result.append(shown(one, linking) if fits else without_body(one))
    return list(reversed(result))


def _cost(body: str) -> int:
    """Bytes it takes on a page: escaped, encoded, each line with its break."""
    return len(str(escape(body)).encode("utf-8", "replace")) + len("<br>") * body.count("\n")


def shown(one: Spoken, linking: Linking, *, pictures: bool = False) -> Shown:
    """A message with its body; `pictures` lets remote ones load, once, because a person asked."""
    row = one.row
    inline = {a.content_id: linking.picture(a) for a in one.attachments if a.content_id and linking.shows(a)}
    used = inline.keys() & inline_ids(row.body_html or "")
    own, history = _split(row.body_text or "", row.quote_start)
    html = _html(row, inline, linking.remote if pictures else None)
    files = tuple(a for a in one.attachments if a.content_id not in used)
    return Shown(
        one,
        row.direction == Direction.OUTBOUND,
        has_body=True,
        text=Markup(text_to_html(own.rstrip())),
        quoted=Markup(text_to_html(history)),
        html=html,
        lines=_lines(own) + FOLD if history and FOLDED in html else _lines(row.body_text or ""),
        files=files,
        pictures_hidden=0 if pictures else (row.body_html or "").count(REMOTE),
        thumbnails={a.id: linking.picture(a) for a in [a for a in files if linking.shows(a)][:THUMBNAILS]},
        held=frozenset(a.id for a in files if linking.handing.holds(a)),
    )


def _html(row: Any, inline: dict[str, str], remote: Callable[[str], str] | None) -> str:
    return shown_html(row.body_html, inline=inline, remote=remote) if row.body_html else ""


def without_body(one: Spoken) -> Shown:
    """Its head and its glimpse; the body comes when it is opened."""
    ours = one.row.direction == Direction.OUTBOUND
    return Shown(one, ours, False, Markup(""), Markup(""), "", 0, (), pictures_hidden=0)


def is_picture(attachment: Attachment) -> bool:
    """By what it says of itself; the bytes decide again when it is served."""
    return attachment.content_type in PICTURES


def _split(text: str, quote_start: int | None) -> tuple[str, str]:
    if quote_start is None or quote_start <= 0:
        return text, ""
    return text[:quote_start], text[quote_start:]


def _lines(text: str) -> int:
    return sum(1 + len(line) // LINE for line in text.splitlines()) + 1


def initials(name: str) -> str:
    """`Ines Roth` → `IR`; an address gives its first letter."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"
