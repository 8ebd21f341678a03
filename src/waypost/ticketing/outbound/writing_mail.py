"""From clean values to the bytes of a mail (RFC 5322, 2045 to 2047): pure, and the same bytes for the same values.

Header lines are written here and not by the library: it would put long Message-IDs into encoded words, which no mail
program reads back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

LINE = "\r\n"
_POLICY = SMTP.clone(cte_type="7bit")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_PLAIN_WORD = 60
_ID = re.compile(r"<[!-;=?-~]{1,500}>")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_CLOSED_TYPES = ("message/", "multipart/")
"""Sent as plain bytes: a mail inside a mail must not be re-encoded."""
MOST_REFERENCES = 30


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along."""

    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a mail says. `at` has a zone; `headers` are further ones, with values of ours only."""

    from_email: str
    from_name: str | None
    to: Sequence[str]
    cc: Sequence[str]
    subject: str
    at: datetime
    rfc_message_id: str
    text: str
    html: str | None = None
    reply_to: str | None = None
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[File] = ()


def write_mail(letter: Letter) -> bytes:
    """The mail with CRLF line ends, ASCII throughout."""
    head = LINE.join(f"{name}: {value}" for name, value in _head(letter) if value)
    return head.encode("ascii") + LINE.encode() + _body(letter)


def message_ids(text: str) -> list[str]:
    """The Message-IDs in a header value as received, each once, in order; what is no id is left out."""
    return list(dict.fromkeys(_ID.findall(text)))


def bounded(references: Sequence[str], most: int = MOST_REFERENCES) -> list[str]:
    """The first, which names the thread, and the newest ones (RFC 5322 section 3.6.4 lets the middle go)."""
    return [*references[:1], *references[1:][-(most - 1) :]]


def one_line(text: str) -> str:
    """Without line ends and control characters: nothing that a person typed can begin a header of its own."""
    return " ".join(_UNSAFE.sub(" ", text).split())


def _head(letter: Letter) -> Iterator[tuple[str, str]]:
    yield "From", _person(letter.from_name, letter.from_email)
    yield "To", _list(letter.to)
    yield "Cc", _list(letter.cc)
    yield "Reply-To", letter.reply_to or ""
    yield "Subject", _words(letter.subject, len("Subject: "))
    yield "Date", format_datetime(letter.at)
    yield "Message-ID", letter.rfc_message_id
    yield "In-Reply-To", letter.in_reply_to or ""
    yield "References", f"{LINE} ".join(bounded(letter.references))
    for name, value in letter.headers.items():
        yield name, one_line(value)


def _list(addresses: Sequence[str]) -> str:
    return f",{LINE} ".join(addresses)


def _person(name: str | None, email: str) -> str:
    known = one_line(name or "")
    if not known:
        return email
    if known.isascii() and len(known) <= _PLAIN_WORD:
        escaped = known.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{email}>'
    return f"{_encoded(known, len('From: '))}{LINE} <{email}>"


def _words(text: str, first: int) -> str:
    """A subject: as it is while that is safe, else in encoded words."""
    line = one_line(text)
    plain = line.isascii() and "=?" not in line and all(len(word) <= _PLAIN_WORD for word in line.split())
    return _folded(line.split(), first) if plain else _encoded(line, first)


def _folded(words: Sequence[str], first: int) -> str:
    lines, length = [""], first
    for word in words:
        if lines[-1] and length + 1 + len(word) > 76:
            lines.append("")
            length = 0
        lines[-1] += f" {word}" if lines[-1] else word
        length += len(word) + 1
    return f"{LINE} ".join(lines)


def _encoded(text: str, first: int) -> str:
    header = Header(text, "utf-8", maxlinelen=75, header_name="x" * (first - 2))
    return header.encode(linesep=LINE)


def _body(letter: Letter) -> bytes:
    message = EmailMessage(policy=_POLICY)
    message.set_content(_whole_lines(letter.text))
    if letter.html:
        message.add_alternative(_whole_lines(letter.html), subtype="html")
    for each in letter.files:
        maintype, _, subtype = _media_type(each.content_type).partition("/")
        message.add_attachment(each.data, maintype, subtype, filename=one_line(each.filename) or "attachment")
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{_local_part(letter.rfc_message_id)}.{number}")
    return message.as_bytes()


def _whole_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip("\n") + "\n"


def _media_type(content_type: str) -> str:
    known = content_type.partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(known) or known.startswith(_CLOSED_TYPES):
        return "application/octet-stream"
    return known


def _local_part(rfc_message_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", rfc_message_id.partition("@")[0])[:40]
