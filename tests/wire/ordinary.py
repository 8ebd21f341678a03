"""Mail as it comes in on any working day, made quickly: for benchmarks and for tests that need a crowd."""

import binascii
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import Header
from email.utils import formatdate
from functools import cache
from pathlib import Path
from random import Random

from tests.wire.ordinary_page import OUTLOOK_HEAD, PAPER_LINES, paper_lines

DESK = "Acme Support <support@acme.example>"
HOSTS = ("brightmail.example", "posteo-mail.example", "fastbox.example", "works.example", "kontor.example")
OPEN_AT_ONCE = 8  # conversations running side by side, so that their mails interleave
FIRST_SECOND = 1_767_600_000  # Monday 5 January 2026, 08:00 UTC


@dataclass(frozen=True, slots=True)
class _Language:
    """What people write in one language, and the charset their mail program picks."""

    code: str
    charset: str
    customers: list[str]
    subjects: list[str]
    greeting: str
    closing: str
    wrote: str
    sentences: list[str]


def _languages() -> list[_Language]:
    texts = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return [_Language(**entry) for entry in texts["language"]]


LANGUAGES = _languages()
WEIGHTS = [8, 5, 3, 2, 2, 1][: len(LANGUAGES)]


@dataclass(slots=True, eq=False)
class _Talk:
    """One conversation between a customer and the desk, and what was said last."""

    language: _Language
    customer: str
    address: str
    left: int
    at: int
    mailbox: str
    encoded_subject: str
    ids: list[str] = field(default_factory=list)
    last: list[str] = field(default_factory=list)

    @property
    def desk_writes(self) -> bool:
        """Customer and desk take turns; the customer begins."""
        return len(self.ids) % 2 == 1

    @property
    def signature(self) -> str:
        return "Acme Support" if self.desk_writes else self.customer

    @property
    def attribution(self) -> str:
        return self.language.wrote.replace("{who}", self.customer if self.desk_writes else "Acme Support")


def ordinary_mails(count: int, seed: int, *, small: bool = False) -> Iterator[bytes]:
    """Yield `count` mails in the order they arrive; the same seed always gives the same bytes.

    Customer and desk take turns in conversations of one to six mails with In-Reply-To and References.
    About 11 kB each (text and HTML with quoted history; every fifth carries a PDF), or 3 kB when `small`.
    """
    dice = Random(seed)
    talks = [_opened(dice, FIRST_SECOND + slot * 37) for slot in range(OPEN_AT_ONCE)]
    for number in range(count):
        talk = min(talks, key=_due)
        yield _next_mail(talk, dice, f"{seed:x}.{number:x}", number, small)
        if not talk.left:
            talks[talks.index(talk)] = _opened(dice, talk.at + dice.randrange(60, 4000))


def _due(talk: _Talk) -> int:
    return talk.at


def _opened(dice: Random, at: int) -> _Talk:
    language = dice.choices(LANGUAGES, WEIGHTS)[0]
    customer = dice.choice(language.customers)
    address = f"kunde{dice.randrange(10**6)}@{dice.choice(HOSTS)}"
    subject = dice.choice(language.subjects).replace("{n}", str(dice.randrange(1000, 99999)))
    mailbox = f"{_encoded(customer, language.charset)} <{address}>"
    left = dice.choice((1, 1, 2, 2, 3, 4, 5, 6))
    return _Talk(language, customer, address, left, at, mailbox, _encoded(subject, language.charset))


def _next_mail(talk: _Talk, dice: Random, key: str, number: int, small: bool) -> bytes:
    """Write the next mail of this conversation and remember it as the parent of the one after."""
    said = _said(talk, dice, 5 if small else 9)
    parts = [_text_part(talk, said), _html_part(talk, said, small)]
    body = _multipart("alternative", f"alt-{key}", parts)
    if not small and number % 5 == 4:
        body = _multipart("mixed", f"mix-{key}", [body, _paper_part(number)])
    head = _head(talk, f"<{key}.{dice.getrandbits(48):x}@{talk.address.partition('@')[2]}>")
    talk.last, talk.left, talk.at = said, talk.left - 1, talk.at + dice.randrange(300, 90_000)
    return b"\r\n".join((head, body))


def _said(talk: _Talk, dice: Random, most: int) -> list[str]:
    chosen = dice.sample(talk.language.sentences, min(most, len(talk.language.sentences)))
    return [sentence.replace("{n}", str(dice.randrange(100, 99999))) for sentence in chosen]


def _head(talk: _Talk, message_id: str) -> bytes:
    """Header lines; the desk answers every second mail."""
    sender, receiver = (DESK, talk.mailbox) if talk.desk_writes else (talk.mailbox, DESK)
    host = talk.address.partition("@")[2]
    lines = [
        f"Received: from mx.{host} by mx.acme.example with ESMTPS id {message_id[1:9]};",
        f"\t{formatdate(talk.at + 4)}",
        f"Date: {formatdate(talk.at)}",
        f"From: {sender}",
        f"To: {receiver}",
        f"Subject: {'Re: ' * bool(talk.ids)}{talk.encoded_subject}",
        f"Message-ID: {message_id}",
    ]
    if talk.ids:
        lines += [f"In-Reply-To: {talk.ids[-1]}", "References: " + "\r\n ".join(talk.ids)]
    talk.ids.append(message_id)
    return "\r\n".join([*lines, "MIME-Version: 1.0"]).encode()


def _encoded(text: str, charset: str) -> str:
    return text if text.isascii() else Header(text, charset, maxlinelen=70).encode(linesep="\r\n")


def _text_part(talk: _Talk, said: list[str]) -> bytes:
    lines = [talk.language.greeting, "", *said, "", talk.language.closing, talk.signature, ""]
    if talk.last:
        lines += [talk.attribution, *(f"> {line}" for line in talk.last)]
    return _part("text/plain", talk.language, "\r\n".join(lines))


def _html_part(talk: _Talk, said: list[str], small: bool) -> bytes:
    mark = "<p>" if small else '<p class="MsoNormal" style="margin:0cm;font-size:11.0pt">'
    end = "</p>\r\n" if small else '<span lang="EN-US"><o:p></o:p></span></p>\r\n'
    own = [talk.language.greeting, *said, talk.language.closing, talk.signature]
    paragraphs = [f"{mark}{line}{end}" for line in own]
    quote = [f"{mark}{line}{end}" for line in (talk.attribution, *talk.last)] if talk.last else []
    page = f"<body>{''.join(paragraphs)}<blockquote type=cite>{''.join(quote)}</blockquote></body></html>"
    return _part("text/html", talk.language, page, b"" if small else OUTLOOK_HEAD)


def _part(kind: str, language: _Language, text: str, opening: bytes = b"") -> bytes:
    """Encode as common mail programs do: quoted-printable for Latin scripts, base64 for the others."""
    octets = text.encode(language.charset, "replace")
    if language.code == "ja":
        encoding, body = "base64", _base64_lines(opening + octets)
    else:
        encoding, body = "quoted-printable", _quoted(opening) + binascii.b2a_qp(octets, istext=True)
    declared = f"Content-Type: {kind}; charset={language.charset}\r\nContent-Transfer-Encoding: {encoding}"
    return f"{declared}\r\n\r\n".encode() + body


@cache
def _quoted(octets: bytes) -> bytes:
    """Quoted-printable of what every mail repeats."""
    return binascii.b2a_qp(octets, istext=True)


def _base64_lines(octets: bytes) -> bytes:
    whole = binascii.b2a_base64(octets, newline=False)
    return b"\r\n".join(whole[at : at + 76] for at in range(0, len(whole), 76))


def _paper_part(number: int) -> bytes:
    name = f"rechnung-{number:06d}.pdf"
    head = (
        f'Content-Type: application/pdf; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return head.encode() + paper_lines(number) + PAPER_LINES


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    mark = f"--{boundary}".encode()
    inside = b"".join(b"%b\r\n%b\r\n" % (mark, part) for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + inside + mark + b"--\r\n"
