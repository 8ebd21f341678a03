"""The body of a mail as it is stored: its text, its safe HTML, where history starts, how it begins."""

from dataclasses import dataclass

from waypost.ticketing.intake.reading.bodies import Bodies, Passage
from waypost.ticketing.intake.reading.cleaning import clean_body
from waypost.ticketing.intake.reading.html_text import html_to_text
from waypost.ticketing.intake.reading.limits import Limits
from waypost.ticketing.intake.reading.quotes import quote_start
from waypost.ticketing.messages.plain import text_to_html
from waypost.ticketing.messages.sanitise import Sanitised, sanitise

_SNIPPET = 280


@dataclass(frozen=True, slots=True)
class Wording:
    """`text` also for mail that has only HTML; `html` only for mail that has HTML; `own_text` without history."""

    text: str | None
    html: str | None
    has_remote: bool
    quote_start: int | None

    @property
    def own_text(self) -> str:
        """What the sender wrote anew."""
        return (self.text or "")[: self.quote_start]

    def snippet(self, subject: str | None) -> str:
        """The first 280 characters people would read, else the subject."""
        own = "\n".join(line for line in self.own_text[:4_000].split("\n") if not line.startswith(">"))
        words = " ".join(own.split()) or " ".join((self.text or "")[:4_000].split()) or subject or ""
        return words[:_SNIPPET].rstrip()


def read_wording(bodies: Bodies, limits: Limits, notes: list[str]) -> Wording:
    """Join the passages: each as text and, when any of them is HTML, each as safe HTML."""
    read = [_both(passage, bodies.has_html) for passage in _affordable(bodies.passages, limits, notes)]
    text = "\n\n".join(t.strip("\n").rstrip() for t, _ in read if t.strip()) or None
    html = ("\n".join(safe.html for _, safe in read) or None) if bodies.has_html else None
    return Wording(text, html, any(safe.has_remote for _, safe in read), quote_start(text) if text else None)


def _both(passage: Passage, needs_html: bool) -> tuple[str, Sanitised]:
    """A passage as text and as safe HTML; the latter is empty in mail without HTML."""
    if not needs_html:
        return passage.text or "", Sanitised("", False)
    safe = sanitise(passage.html if passage.html is not None else text_to_html(passage.text or ""))
    return passage.text if passage.text is not None else clean_body(html_to_text(safe.html)), safe


def _affordable(passages: list[Passage], limits: Limits, notes: list[str]) -> list[Passage]:
    """Passages up to twice the size of one; many long ones would cost seconds to make safe."""
    room, kept = 2 * limits.text_chars, list[Passage]()
    for passage in passages:
        room -= len(passage.html or "") + len(passage.text or "")
        if room < 0 and kept:
            notes.append("further texts are only in the raw mail")
            break
        kept.append(passage)
    return kept
