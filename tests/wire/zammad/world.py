"""What the stand-in knows: people, tickets with their articles, tags and history, and how it answers."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from tests.wire.zammad.faults import Fault

TOKEN = "zammad-token-of-tests"
ARCHIVER, AGENT, CUSTOMER = 7, 3, 5
STATES = {1: ("new", "new"), 2: ("open", "open"), 4: ("closed", "closed"), 5: ("merged", "merged")}
PRIORITIES = {1: "1 low", 2: "2 normal", 3: "3 high"}
GROUPS = {1: "Users", 2: "Hangar"}
ORGANISATIONS = {1: "Zeppelin Ltd"}
SENDERS = {1: "Agent", 2: "Customer", 3: "System"}
TYPES = {1: "email", 5: "phone", 10: "note", 11: "web"}

Shape = Literal["real", "peer"]


@dataclass(slots=True)
class Attachment:
    """A stored file."""

    id: int
    filename: str
    data: bytes
    content_type: str = "application/octet-stream"
    content_id: str | None = None
    declared_size: str | None = None
    inline: bool = False
    type_key: str = "Content-Type"


Attached = Attachment


@dataclass(slots=True)
class Article:
    """One article."""

    id: int
    ticket_id: int
    values: dict[str, Any]
    attachments: list[Attachment] = field(default_factory=list)
    plain: bytes | None = None


@dataclass(slots=True)
class Ticket:
    """One ticket; `values` are the flat members."""

    id: int
    values: dict[str, Any]
    articles: list[Article] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    checklist: list[tuple[str, bool]] = field(default_factory=list)
    times: list[dict[str, Any]] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    """(Kind, id of the other ticket)."""


@dataclass(slots=True)
class Call:
    """One request that came in."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]


def person(key: int, login: str, first: str, last: str = "", email: str = "") -> dict[str, Any]:
    """A user record."""
    return {"id": key, "login": login, "firstname": first, "lastname": last, "email": email}


def _people() -> dict[int, dict[str, Any]]:
    everybody = (
        person(1, "-", "-"),
        person(AGENT, "ines", "Ines", "Roth", "ines@acme.example"),
        person(CUSTOMER, "anna", "Anna", "Berg", "anna@client.example"),
        person(ARCHIVER, "archiver", "Archive", "Robot"),
    )
    return {one["id"]: one for one in everybody}


@dataclass(slots=True)
class World:
    """Everything. Change what you like; the server reads it anew for each request."""

    shape: Shape = "real"
    removing: str = "DELETE"
    """The only method that removes a tag: DELETE, GET in old releases, POST with the peer's double, NONE."""
    tokens: dict[str, int] = field(default_factory=lambda: {TOKEN: ARCHIVER})
    agents: set[int] = field(default_factory=lambda: {AGENT, ARCHIVER})
    """Accounts with `ticket.agent`."""
    people: dict[int, dict[str, Any]] = field(default_factory=_people)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    page_cap: int = 500
    pages_articles: bool = False
    """Whether articles come in pages; real releases send all of them."""
    searches: bool = True
    """Whether it has an index; without one a search looks at titles and numbers only."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    prefix: str = ""
    """A sub-path that it lives under."""
    told: list[tuple[Ticket, Article | None, int]] = field(default_factory=list)
    """What would have fired triggers: (ticket, article, who)."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    _last: int = 100

    def fresh(self) -> int:
        """A new id."""
        self._last += 1
        return self._last

    def moment(self) -> str:
        """Now, a second later each time."""
        self.now += timedelta(seconds=1)
        return f"{self.now:%Y-%m-%dT%H:%M:%S}.000Z"

    def ticket(self, *tags: str, number: Any = None, title: str = "Hangar door", **values: Any) -> Ticket:
        """A closed ticket of Anna's, owned by Ines, with the fields of the archive."""
        key, at = self.fresh(), self.moment()
        flat: dict[str, Any] = {
            "id": key,
            "number": str(22000 + key) if number is None else number,
            "title": title,
            "group_id": 2,
            "priority_id": 2,
            "state_id": 4,
            "organization_id": 1,
            "owner_id": AGENT,
            "customer_id": CUSTOMER,
            "created_by_id": CUSTOMER,
            "updated_by_id": AGENT,
            "created_at": at,
            "updated_at": at,
            "close_at": at,
            "preferences": {},
            "archive_path": "Customers::Zeppelin",
            "archive_user_mode": "owner",
            "archive_user": None,
        }
        made = Ticket(key, flat | values, tags=list(tags))
        self.tickets[key] = made
        self.log(made, "created", made.values["created_by_id"])
        return made

    def article(self, ticket: Ticket, body: str, *attached: Attachment, by: int = CUSTOMER, **values: Any) -> Article:
        """A mail in a ticket; inline files leave the list as Zammad takes them off it."""
        key, at = self.fresh(), self.moment()
        flat = {
            "id": key,
            "ticket_id": ticket.id,
            "type_id": 1,
            "sender_id": 2 if by == CUSTOMER else 1,
            "from": "Anna Berg <anna@client.example>",
            "to": "support@acme.example",
            "cc": None,
            "subject": ticket.values["title"],
            "message_id": f"<{key}@client.example>",
            "content_type": "text/html",
            "body": body,
            "internal": False,
            "created_by_id": by,
            "updated_by_id": by,
            "created_at": at,
            "updated_at": at,
        }
        made = Article(key, ticket.id, flat | values, list(attached))
        ticket.articles.append(made)
        ticket.values |= {"updated_at": at, "updated_by_id": by}
        self.told.append((ticket, made, by))
        return made

    def attachment(self, filename: str, data: bytes, content_type: str = "text/plain", **more: Any) -> Attachment:
        """A file for an article."""
        return Attachment(self.fresh(), filename, data, content_type, **more)

    def log(self, ticket: Ticket, kind: str, by: int, **values: Any) -> None:
        """A line of history."""
        line = {"id": self.fresh(), "type": kind, "object": "Ticket", "created_by_id": by, "created_at": self.moment()}
        ticket.history.append(line | values)

    def notes(self, ticket: Ticket) -> list[Article]:
        """Internal articles."""
        return [each for each in ticket.articles if each.values["internal"]]

    def writes(self) -> list[tuple[str, str]]:
        """Tag calls so far, as (`add` or `remove`, tag)."""
        return [
            (call.path.rpartition("/")[2], (call.body or call.query)["item"])
            for call in self.calls
            if call.path.startswith("/tags/")
        ]
