"""What a case of the torture set is: mails in the order they arrive, and what must hold afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypedDict

TICKET, DUPLICATE, QUARANTINE = "ticket", "duplicate", "quarantine"
NEVER_LOST = "ticket or quarantine"  # either is right, as long as a person can see it
DOUBTFUL = "ticket or duplicate"  # either is right, as long as doubt is shown as a collision group
SUPPORT = "support@acme.example"
JOURNAL = "journal@acme.example"


class Holds(TypedDict, total=False):
    """What must be true at the end. Mails are meant by their place in `Case.mails`, from 0.

    The first block is about all mails together, the second about how the last mail reads.
    """

    ends: list[str]  # how each mail ends, in the words of `Case.expect`
    tickets: int  # live tickets afterwards, merged ones not counted
    messages: int  # distinct messages kept
    together: list[list[int]]  # each group shares one ticket
    apart: list[tuple[int, int]]  # these two never share a ticket
    reasons: dict[int, str]  # link reason: x_oss_ticket_id, reply_to_token, threading, new_ticket
    confidence: dict[int, str]  # high, medium, low
    linked: list[tuple[int, int, str]]  # ticket of a is linked to ticket of b: mentions, forward, split
    collision: list[list[int]]  # distinct messages that must share a collision group
    status: dict[int, str]  # status of the mail's ticket
    not_status: dict[int, str]
    requester: dict[int, str]  # requester of the mail's ticket
    recipient: dict[int, str | None]  # chosen original recipient
    source: dict[int, str]  # where that recipient was found
    assigned_stays: bool  # a person's assignment is untouched

    subject: str | None
    sender: str | None
    message_id: str | None
    date: str | None  # ISO 8601 in UTC; None: unknown, not invented
    text_has: list[str]
    text_lacks: list[str]
    html_has: list[str]
    html_lacks: list[str]  # compared in lower case: must not stand in the sanitised HTML
    attachments: list[str]  # file names in order
    attachment_count: int
    attachment_bytes: list[bytes]
    automatic: bool  # sent by a machine: no auto-answer, no reopening
    bounce: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An agent does something at the desk once mail `after` has been taken in."""

    after: int
    act: str = "answer"  # answer, resolve, close, assign, spam
    text: str = "We will come by tomorrow morning.\n\nAcme Support"


@dataclass(frozen=True, slots=True)
class Sent:
    """How the desk's answer left the house; later mails of the case refer to it."""

    message_id: str  # with angle brackets
    ticket_address: str  # the signed ticket+CODE@ address customers reply to
    markers: str  # the X-OSS- header lines as sent, joined by CRLF
    raw: bytes  # the whole mail


@dataclass(frozen=True, slots=True)
class Case:
    """One named trial. `expect` says how the last mail must end: words of this file joined by " or "."""

    name: str
    mails: list[bytes] | Callable[[], list[bytes]]
    expect: str = TICKET
    holds: Holds = field(default_factory=Holds)
    rows: tuple[str, ...] = ()  # promises it stands for, see `everything.ROWS`
    answers: tuple[Answer, ...] = ()
    allow: tuple[str, ...] = ()  # recipient allowlist; empty accepts all
    inboxes: tuple[str, ...] = ()  # the inbox each mail arrives in; empty: the journal
    heavy: bool = False  # tens of megabytes

    def raw(self) -> list[bytes]:
        """The mails' bytes, in the order they arrive."""
        return self.mails() if callable(self.mails) else self.mails

    @property
    def allowed(self) -> frozenset[str]:
        """The endings of the last mail that are right."""
        return frozenset(self.expect.split(" or "))


def fill(raw: bytes, sent: list[Sent]) -> bytes:
    """Replace the placeholders of answer n (`%%answer-n-id%%`, `-address%%`, `-markers%%`, `-raw%%`), from 0."""
    for number, answer in enumerate(sent):
        words = {
            "id": answer.message_id.encode(),
            "address": answer.ticket_address.encode(),
            "markers": answer.markers.encode(),
            "raw": answer.raw,
        }
        for word, value in words.items():
            raw = raw.replace(f"%%answer-{number}-{word}%%".encode(), value)
    return raw
