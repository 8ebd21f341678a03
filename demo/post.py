"""Letters become delivered mail: header blocks, bodies, the way through the relays, and second copies."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from demo import mime
from demo.enclosures import enclosures, inline_pictures, is_bounce
from demo.letter import Letter, duration
from demo.wording import Written, written

JOURNAL = "journal@acme.example"
OFFICE_HEAD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name="Generator" content="Microsoft Word 15">'
    "<style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:Calibri,sans-serif;} --></style></head>"
)


@dataclass(frozen=True)
class Delivery:
    """A mail as it lies in the mailbox: bytes with bare line feeds, when it came, and under which name."""

    letter: Letter
    raw: bytes
    at: datetime
    file: str = ""


@dataclass(frozen=True)
class Posted:
    """What an answer needs to know of the letter before it."""

    written: Written
    ids: tuple[str, ...]  # the whole thread, oldest first, this letter last


def deliver(letters: Iterable[Letter]) -> Iterator[Delivery]:
    """Post every letter; parents must come before their answers."""
    posted: dict[str, Posted] = {}
    for letter in letters:
        parent = posted.get(letter.answers)
        body = written(letter, parent.written if parent else None)
        ids = (*(parent.ids if parent else ()), message_id(letter))
        posted[letter.key] = Posted(body, ids)
        yield from _deliveries(letter, _mail(letter, body, ids))


def message_id(letter: Letter, salt: str = "") -> str:
    """A Message-ID in the manner of the sender's program; differs from one mailbox (`now`) to the next."""
    digest = sha256(f"{letter.key} {letter.now.isoformat()} {salt}".encode()).hexdigest()
    if letter.style == "gmail":
        return f"<CA+{digest[:28]}@mail.{letter.host}>"
    if letter.style == "apple":
        groups = (digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])
        return f"<{'-'.join(groups).upper()}@{letter.host}>"
    return f"<{digest[:12]}.{digest[12:20]}@{letter.host}>"


def _deliveries(letter: Letter, mail: bytes) -> Iterator[Delivery]:
    at = letter.sent_at + duration(letter.late or "0m") + timedelta(seconds=7)
    yield Delivery(letter, _trace(letter, at) + mail, at, letter.file)
    for number, how in enumerate(letter.again, 1):
        later = at + timedelta(minutes=3 * number)
        yield Delivery(letter, _again(letter, mail, how, at, later), later)


def _again(letter: Letter, mail: bytes, how: str, at: datetime, later: datetime) -> bytes:
    """The same mail a second time: byte for byte, for another inbox, or by a relay that gave it a new Message-ID."""
    if how == "identical":
        return _trace(letter, at) + mail
    if how.startswith("to:"):
        return _trace(letter, later, how.removeprefix("to:")) + mail
    rewritten = mail.replace(message_id(letter).encode(), message_id(letter, "relay").encode(), 1)
    return _trace(letter, later) + rewritten


def _trace(letter: Letter, at: datetime, inbox: str = "") -> bytes:
    """Delivery headers, newest first (RFC 5321, 4.4)."""
    inbox = inbox or letter.inbox or parseaddr(letter.to)[1]
    first = letter.sent_at + timedelta(seconds=2)
    key = sha256(f"{letter.key}{at.isoformat()}{inbox}".encode()).hexdigest()
    number = int(key[:2], 16)
    relay = f"mx{number % 3 + 1}.acme.example"
    lines = [
        *_recipient_lines(letter.route, inbox),
        f"Received: from {relay} ({relay} [198.51.100.{number % 3 + 10}])",
        f"\tby store.acme.example with LMTP id {key[:14]}; {_clock(at)}",
        f"Received: from out.{letter.host} (out.{letter.host} [203.0.113.{number}])",
        f"\tby {relay} with ESMTPS id {key[14:26]}",
        f"\tfor <{inbox}>; {_clock(at - timedelta(seconds=2))}",
        f"Received: from [192.0.2.{number}] by out.{letter.host} with ESMTPSA; {format_datetime(first)}",
    ]
    return "".join(line + "\n" for line in lines).encode()


def _clock(moment: datetime) -> str:
    """Our servers keep UTC."""
    return format_datetime(moment.astimezone(UTC))


def _recipient_lines(route: str, inbox: str) -> list[str]:
    if route == "workspace":
        return [f"Delivered-To: {JOURNAL}", f"X-Gm-Original-To: {inbox}"]
    return [f"Delivered-To: {JOURNAL if route == 'journal' else inbox}"]


def _mail(letter: Letter, body: Written, ids: tuple[str, ...]) -> bytes:
    lines = [
        f"Date: {format_datetime(letter.sent_at)}",
        f"From: {mime.addresses(letter.sender, letter.charset)}",
        f"To: {mime.addresses(letter.to, letter.charset)}",
        *([f"Cc: {mime.addresses(letter.cc, letter.charset)}"] if letter.cc else []),
        f"Subject: {mime.encode(letter.subject, letter.charset)}",
        *([f"Message-ID: {ids[-1]}"] if letter.message_id else []),
        *_thread_lines(letter, ids[:-1]),
        *(f"{name}: {value}" for name, value in letter.headers.items()),
        "MIME-Version: 1.0",
    ]
    return "".join(line + "\n" for line in lines).encode() + _body(letter, body)


def _thread_lines(letter: Letter, before: tuple[str, ...]) -> list[str]:
    if not before or letter.thread == "none":
        return []
    whole = ["References: " + "\n ".join(before)] if letter.thread == "whole" else []
    return [f"In-Reply-To: {before[-1]}", *whole]


def _body(letter: Letter, body: Written) -> bytes:
    """Text, or text and page, then pictures inside the page, then attachments."""
    key = sha256(letter.key.encode()).hexdigest()[:24]
    content = mime.leaf("text/plain", body.text, letter.charset)
    if letter.style != "plain":
        page = mime.leaf("text/html", _page(letter, body.page), letter.charset)
        pictures = inline_pictures(letter)
        page = mime.group("related", f"rel_{key}", page, *pictures) if pictures else page
        content = mime.group("alternative", f"alt_{key}", content, page)
    files = enclosures(letter)
    kind = "report; report-type=delivery-status" if is_bounce(letter) else "mixed"
    return mime.group(kind, f"mix_{key}", content, *files) if files else content


def _page(letter: Letter, inside: str) -> str:
    if letter.style == "page":
        return letter.html
    shown = "".join(f'<p><img src="cid:{name}@{letter.host}" alt="{name}" width="360"></p>\n' for name in letter.inline)
    head = OFFICE_HEAD if letter.style == "outlook" else "<html><head></head>"
    return f"{head}<body>{shown}{inside}</body></html>\n"
