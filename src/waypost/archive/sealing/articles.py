"""One article as data for a template: its heading, its meta lines, its text, and what became of its files."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from waypost.archive.sealing.converting import Block, of_html, of_text
from waypost.archive.sealing.enclosing import Enclosure
from waypost.archive.sealing.gallery import Gallery
from waypost.archive.sealing.look import Look
from waypost.archive.sealing.runs import breakable
from waypost.archive.sealing.snapshot import Article, File, Party
from waypost.archive.sealing.volumes import MOST_BODY
from waypost.archive.sealing.words import Words
from waypost.archive.sealing.zones import local

_LONGEST_LINE = 4_000
MOST_HTML = 8_000_000
"""Characters of HTML that are taken apart; a longer body is printed as its text."""


@dataclass(slots=True)
class Desk:
    """What is at hand while a volume is written, and what must be said about it in the end."""

    look: Look
    words: Words
    gallery: Gallery
    enclosure: Enclosure
    rich: bool = True
    """False prints texts without formatting and pictures: the way out when the formatted pages cannot be made."""
    notes: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    """SHA-256 of kept files that the limits keep out of the document."""

    def at(self, moment: datetime | None) -> str:
        """A time as it is printed."""
        return local(moment, self.look.zone) if moment else self.words("empty")


def article_data(desk: Desk, article: Article, place: int) -> dict[str, Any]:
    """The members that templates find in `case.articles`."""
    words = desk.words
    subject = one_line(article.subject)
    heading = words("article", n=place)
    body = _body(desk, article, place)
    return {
        "anchor": f"article-{place}",
        "place": place,
        "heading": f"{heading} · {subject}" if subject else heading,
        "subject": subject,
        "when": desk.at(article.created_at),
        "who": one_line(article.sender) or words("empty"),
        "internal": article.internal,
        "badge": words("internal" if article.internal else "external"),
        "rows": _rows(words, article),
        "body": body or [words("empty")],
        "files": [file_data(desk, article, file) for file in article.files],
    }


def file_data(desk: Desk, article: Article, file: File) -> dict[str, str]:
    """A file and what became of it."""
    words = desk.words
    size = words("bytes", n=file.size) if file.size is not None else words("unknown_size")
    fate = _fate(desk, article, file)
    kind = one_line(file.content_type, 16) or words("empty")
    about = " · ".join((kind, size, file.attachment_id or words("empty"), fate))
    name = one_line(file.filename, 24) or words("empty")
    return {"name": name, "type": kind, "size": size, "fate": fate, "about": about}


def one_line(text: str, fit: int = 48) -> str:
    """Without line breaks and blanks at the ends, bounded, and breakable where words are longer than `fit`."""
    line = " ".join(text.split())
    return breakable(line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…", fit)


def party(person: Party) -> str:
    """The ways somebody is known by, the most telling first."""
    address = f"<{person.email}>" if person.email else ""
    login = f"({person.login})" if person.login and person.login not in (person.email, person.name) else ""
    return one_line(" ".join(filter(None, (person.name, address, login)))) or one_line(person.id or "")


def _rows(words: Words, article: Article) -> list[list[str]]:
    found = {
        "to": article.to,
        "cc": article.cc,
        "channel": words.value("channel", article.kind),
        "author": words(f"author_{article.author}") if article.author else "",
        "message_id": article.message_id or "",
    }
    return [[words(label), one_line(value)] for label, value in found.items() if value.strip()]


def _body(desk: Desk, article: Article, place: int) -> list[Block]:
    if len(article.body_text) > MOST_BODY:
        desk.notes.append(desk.words("note_cut", n=place, most=MOST_BODY))
        return of_text(article.body_text[:MOST_BODY])
    if not desk.rich or not article.body_html.strip() or len(article.body_html) > MOST_HTML:
        return of_text(article.body_text)
    blocks, whole = of_html(article.body_html, desk.gallery.of(article).resolve)
    if not whole:
        desk.notes.append(desk.words("note_text", n=place))
    return blocks or of_text(article.body_text)


def _fate(desk: Desk, article: Article, file: File) -> str:
    fate = _fates(desk, article, file)
    return desk.words("reason", fate=fate, reason=one_line(desk.words.phrase(file.reason))) if file.reason else fate


def _fates(desk: Desk, article: Article, file: File) -> str:
    words, name = desk.words, desk.enclosure.take(article, file)
    shown = words("fate_shown") if file.sha256 in desk.gallery.shown else ""
    if name:
        return " · ".join(filter(None, (shown, words("fate_embedded", name=breakable(name, 24)))))
    if file.fate != "kept":
        return words(f"fate_{file.fate}")
    if file.sha256 and desk.gallery.has(file):
        desk.left_out.add(file.sha256)
        return shown or words("fate_left_out")
    return words("fate_absent")
