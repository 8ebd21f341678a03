"""One mail of a conversation and its bytes, written as its sender's mail program writes them."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random

from tests.threading.languages import Language
from tests.threading.programs import Program

DESK = "support@acme.example"
"""Our own inbox; what staff write from it reaches us through the journal."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an address and a mail program."""

    name: str
    address: str
    program: Program
    language: Language

    @property
    def domain(self) -> str:
        """Where their mail comes from."""
        return self.address.rpartition("@")[2]

    @property
    def shown(self) -> str:
        """As From and To have it."""
        return f"{encoded(self.name)} <{self.address}>"


@dataclass(slots=True)
class Letter:
    """What was said. `parents` are Message-IDs from the first of the thread to the one answered."""

    sender: Person
    to: list[str]
    subject: str
    text: str
    at: datetime
    message_id: str
    parents: list[str] = field(default_factory=list)
    cc: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    quoted: str = ""

    def raw(self, dice: Random) -> bytes:
        """The mail."""
        return raw_mail(self, self.threading(dice))

    def threading(self, dice: Random) -> list[str]:
        """In-Reply-To and References, as far as the program writes them."""
        program, lines = self.sender.program, list[str]()
        if self.parents and program.in_reply_to:
            lines.append(f"In-Reply-To: {self.parents[-1]}")
        if self.parents and (named := program.references(self.parents, dice)):
            lines.append("References: " + ("\r\n\t" if program.folds else " ").join(named))
        return lines


def raw_mail(letter: Letter, threading: Iterable[str]) -> bytes:
    """Headers, then a text in UTF-8."""
    words = {"hex": letter.message_id.encode().hex()[:20]}
    lines = [
        f"From: {letter.sender.shown}",
        f"To: {', '.join(letter.to)}",
        *([f"Cc: {', '.join(letter.cc)}"] if letter.cc else []),
        f"Subject: {encoded(letter.subject)}",
        f"Date: {format_datetime(letter.at)}",
        *([f"Message-ID: {letter.message_id}"] if letter.message_id else []),
        *threading,
        *(line.format_map(words) for line in letter.sender.program.headers),
        *letter.headers,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    body = letter.text + (f"\r\n\r\n{letter.quoted}" if letter.quoted else "")
    return ("\r\n".join(lines) + "\r\n\r\n" + body + "\r\n").encode()


def quotation(letter: Letter, language: Language) -> str:
    """What an answer quotes of the letter."""
    head = language.wrote.format(date=f"{letter.at:%d.%m.%Y %H:%M}", who=letter.sender.name)
    return head + "\r\n" + "\r\n".join(f"> {line}" for line in letter.text.splitlines())


def encoded(text: str) -> str:
    """A header's text: encoded words (RFC 2047) where it needs them, short enough for one each."""
    if text.isascii():
        return text
    pieces = [text[start : start + 12] for start in range(0, len(text), 12)]
    return "\r\n ".join(f"=?utf-8?B?{b64encode(piece.encode()).decode()}?=" for piece in pieces)


def later(at: datetime, dice: Random) -> datetime:
    """Some minutes or days on."""
    return at + timedelta(minutes=dice.randrange(3, 2_000))
