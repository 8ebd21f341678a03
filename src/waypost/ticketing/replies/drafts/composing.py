"""From what was typed to what is sent: own words, signature, history; as text and as HTML. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from waypost.ticketing.messages.plain import text_to_html
from waypost.ticketing.messages.sanitise import sanitise
from waypost.ticketing.replies.writing import bare
from waypost.ticketing.tickets.markdown import note_html

WROTE = {"german": ("de", "Am {date} um {time} schrieb {who}:"), "": ("en", "On {date} at {time} {who} wrote:")}
"""How the history is introduced, in the language of the mail that is answered; English for all others."""
DASHES = "-- "


@dataclass(frozen=True, slots=True)
class History:
    """What is quoted: who said it, when, in which language."""

    who: str
    at: datetime
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Composed:
    """A reply's words as they will leave; `quote_start` is where the history begins in the text."""

    text: str
    html: str
    quote_start: int | None


def compose(body: str, signature: str, history: History | None, zone: ZoneInfo) -> Composed:
    """Text and safe HTML of a reply; the same words in both."""
    own = body.replace("\r\n", "\n").strip("\n")
    text, html = own, note_html(own)
    if signature.strip():
        text = f"{text}\n\n{DASHES}\n{signature}"
        html = f"{html}<p>{DASHES}<br>{text_to_html(signature)}</p>"
    if history is None or not history.text.strip():
        return Composed(text, sanitise(html).html, None)
    head, start = introduced(history, zone), len(text) + 2
    quoted = "\n".join(f"> {line}".rstrip() for line in history.text.splitlines())
    html = f"{html}<p>{escape(head)}</p><blockquote>{text_to_html(history.text)}</blockquote>"
    return Composed(f"{text}\n\n{head}\n{quoted}", sanitise(html).html, start)


def added(body: str, more: str) -> str:
    """A text below another, with a line between."""
    return f"{body.rstrip()}\n\n{more}" if body.strip() else more


def own_words(text: str, quote_start: int | None) -> str:
    """What the writer typed, out of a text that was composed: without signature and history."""
    return text[: quote_start or None].partition(f"\n\n{DASHES}\n")[0].rstrip()


def introduced(history: History, zone: ZoneInfo) -> str:
    """The line above the quoted text."""
    locale, sentence = WROTE.get(history.language, WROTE[""])
    at = history.at.astimezone(zone)
    date, time = format_date(at, "medium", locale), format_time(at, "short", locale=locale)
    return sentence.format(date=date, time=time, who=history.who)


def answering(subject: str | None) -> str:
    """`Re:` and the subject without the prefixes that it has gathered."""
    own = bare(subject or "")
    return f"Re: {own}" if own else ""


def split_addresses(typed: str) -> tuple[str, ...]:
    """Addresses between commas, semicolons and line ends; `Ines <ines@…>` gives what stands in the brackets."""
    parts = typed.replace(";", ",").replace("\n", ",").split(",")
    return tuple(_bracketed(part.strip()) for part in parts if part.strip())


def _bracketed(part: str) -> str:
    return part.rpartition("<")[2][:-1].strip() if part.endswith(">") and "<" in part else part


def without(addresses: Sequence[str], own: Collection[str]) -> list[str]:
    """Each once, without our own ones and our reply addresses: those would lead the mail back to us."""
    kept = [one for one in dict.fromkeys(addresses) if one not in own]
    return [one for one in kept if not one.startswith("ticket+")]
