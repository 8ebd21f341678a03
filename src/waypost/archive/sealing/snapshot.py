"""The snapshot: everything that is known of a case at one moment, closed and versioned, before a page is made of it.

One shape for all origins (a Zammad ticket, a ticket of ours, later a booking or an invoice). It is kept beside the
record as canonical JSON (RFC 8785), so that its bytes can be hashed again by anybody. Bytes of attachments and raw
messages are not in it: it names them by their SHA-256.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

SCHEMA = 1
"""Grows when a member changes its meaning; an older snapshot stays readable for ever."""

Fate = Literal["kept", "too_large", "failed", "not_asked"]
"""What became of a file: its bytes are kept, or why not."""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in the case; every member may be unknown."""

    id: str | None = None
    login: str | None = None
    email: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file of an article: an attachment, an inline picture, or the raw message itself."""

    article_id: str
    attachment_id: str | None
    filename: str
    content_type: str
    size: int | None
    """Bytes, as declared until they were read; then as read."""
    sha256: str | None = None
    """Hex; set exactly when `fate` is "kept"."""
    fate: Fate = "not_asked"
    reason: str | None = None
    """Why its bytes are missing, for people."""
    role: Literal["attachment", "inline", "raw"] = "attachment"
    content_id: str | None = None
    """How the body's HTML names it (`cid:` without its brackets, or the address it was fetched from)."""


@dataclass(frozen=True, slots=True)
class Article:
    """One entry of the conversation, oldest first in a snapshot (created_at, undated last, then id)."""

    id: str
    created_at: datetime | None
    internal: bool
    sender: str
    """`from`, else `to`; "" when neither is known."""
    subject: str
    body_html: str
    """Sanitised; "" when the article is plain text."""
    body_text: str
    """Always there; what the sanitised HTML shows, or the plain text."""
    to: str = ""
    cc: str = ""
    kind: str = ""
    """email, phone, note, web …, as the origin calls it."""
    author: Literal["customer", "agent", "system", ""] = ""
    message_id: str | None = None
    created_by: Party = field(default_factory=Party)
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """The case itself."""

    id: str
    number: str
    title: str
    created_at: datetime | None
    updated_at: datetime | None
    closed_at: datetime | None = None
    state: str = ""
    priority: str = ""
    group: str = ""
    organisation: str = ""
    customer: Party = field(default_factory=Party)
    owner: Party = field(default_factory=Party)
    tags: tuple[str, ...] = ()
    custom_fields: dict[str, Any] = field(default_factory=dict)
    """JSON values only."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the case's history that is worth printing (closed by …, assigned to …)."""

    at: datetime
    text: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line about the case from our own books: who asked for it, what was done to it, what was kept before."""

    at: datetime
    act: str
    """`thing.verb`, as the audit log spells it."""
    actor: str = ""
    """`person:<id>` or a kind of machine; "" when nobody is known."""
    detail: dict[str, Any] = field(default_factory=dict)
    """JSON values: ids, hashes, places in the chain and in the log of evidence."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the case comes from."""

    kind: str
    """`zammad`, `ticket`, later `booking`, `invoice`."""
    key: str
    """Which one of that kind: the key of a Zammad source; "" for our own tickets."""
    address: str | None = None
    """Where a person can look at it there."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of it. Equal snapshots and an equal template version give equal pages."""

    origin: Origin
    taken_at: datetime
    subject: Subject
    articles: tuple[Article, ...] = ()
    events: tuple[Event, ...] = ()
    omissions: tuple[str, ...] = ()
    """What could not be had, one sentence each: printed, never silent."""
    audit: tuple[AuditLine, ...] = ()
    """The excerpt of the audit log, oldest first, as it stood when the case was read."""
    schema: int = SCHEMA
