"""What the headers of a mail say, as values."""

from dataclasses import dataclass
from datetime import datetime

from waypost.ticketing.intake.reading.addresses import Address, emails, read_addresses
from waypost.ticketing.intake.reading.cleaning import clean_line
from waypost.ticketing.intake.reading.dates import read_date
from waypost.ticketing.intake.reading.encoded_words import decode_words
from waypost.ticketing.intake.reading.headers import Headers
from waypost.ticketing.intake.reading.limits import Limits
from waypost.ticketing.intake.reading.message_ids import read_id, read_ids
from waypost.ticketing.intake.reading.recipients import Recipients, read_recipients
from waypost.ticketing.intake.reading.subjects import Bare, bare_subject

_LONGEST_SUBJECT = 2_000


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Subject, people, date and thread of a mail."""

    subject: str | None
    bare: Bare
    sender: Address | None
    reply_to: tuple[str, ...]
    recipients: Recipients
    date: datetime | None
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]


def read_letterhead(headers: Headers, limits: Limits, notes: list[str]) -> Letterhead:
    """Read every header once; what cannot be understood is None or left out."""
    subject = (headers.text("subject", notes) or "")[:_LONGEST_SUBJECT] or None
    return Letterhead(
        subject=subject,
        bare=bare_subject(subject),
        sender=_sender(headers, notes),
        reply_to=emails(read_addresses(headers.every("reply-to"), limits.addresses, notes)),
        recipients=read_recipients(headers, limits, notes),
        date=_date(headers, notes),
        message_id=read_id(headers.first("message-id")),
        in_reply_to=read_ids(headers.every("in-reply-to")),
        references=read_ids(headers.every("references")),
    )


def _sender(headers: Headers, notes: list[str]) -> Address | None:
    """The first address of From, else of Sender."""
    for name in ("from", "sender"):
        for address in read_addresses(headers.every(name), 1, []):
            return address
    notes.append("no sender could be read")
    return None


def _date(headers: Headers, notes: list[str]) -> datetime | None:
    raw = headers.first("date")
    date = read_date(raw)
    if date is None and raw:
        notes.append("the date could not be read")
    return date


def shown_headers(headers: Headers, limits: Limits) -> dict[str, list[str]]:
    """Names as received with decoded values, for people who look into a mail; capped in number and length."""
    shown: dict[str, list[str]] = {}
    for name, raw in headers.fields[: limits.header_count]:
        value = clean_line(decode_words(raw[: limits.header_chars], []))
        shown.setdefault(name, []).append(value)
    return shown
