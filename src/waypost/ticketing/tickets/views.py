"""The views of the inbox: which tickets, at which place of the list, as an address that can be shared."""

from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request

from waypost.ticketing.messages.cursors import parse_cursor
from waypost.ticketing.tickets.models import Priority, Status
from waypost.ticketing.tickets.queries import Filters

LONGEST_QUESTION = 200
LONGEST_ADDRESS = 320
FIRST, LAST = 1970, 2200
"""Years that a day may be in."""
AWAKE = (Status.NEW, Status.OPEN, Status.PENDING)
STATUSES: dict[str, tuple[Status, ...]] = {
    "open": (Status.NEW, Status.OPEN),
    "waiting": (Status.PENDING,),
    "done": (Status.RESOLVED, Status.CLOSED),
    "spam": (Status.SPAM,),
    "mine": AWAKE,
    "unassigned": AWAKE,
    "watched": AWAKE,
    "mentions": (),
    "all": (),
}
ME, NOBODY = "me", "none"
"""What `assignee` may say beside an id."""


@dataclass(frozen=True, slots=True)
class View:
    """What the list pane shows: one of the named views, narrowed by further fields of the address."""

    name: str = "open"
    q: str = ""
    cursor: str = ""
    status: str = ""
    assignee: str = ""
    queue: str = ""
    priority: str = ""
    requester: str = ""
    tag: str = ""
    since: str = ""
    until: str = ""
    """Days of latest activity (`2026-03-01`), both included."""

    @classmethod
    def of(cls, request: Request) -> "View":
        """From an address; what is unknown in it says nothing, as in a link that somebody cut short."""
        asked = request.query_params
        name = asked.get("view", "open")
        question = asked.get("q", "").strip()[:LONGEST_QUESTION]
        if question and "view" not in asked:
            name = "all"
        return cls(
            name if name in STATUSES else "open",
            question,
            asked.get("cursor", ""),
            _known(asked.get("status", ""), Status),
            _somebody(asked.get("assignee", "")),
            _id(asked.get("queue", "")),
            _known(asked.get("priority", ""), Priority),
            asked.get("requester", "").strip().lower()[:LONGEST_ADDRESS],
            _id(asked.get("tag", "")),
            _day(asked.get("since", "")),
            _day(asked.get("until", "")),
        )

    def filters(self, me: UUID, zone: tzinfo = UTC) -> Filters:
        """The question to ask; its days are those of `zone`."""
        return Filters(
            (Status(self.status),) if self.status else STATUSES[self.name],
            self.q,
            me if self.name == "mine" or self.assignee == ME else _uuid(self.assignee),
            _uuid(self.queue),
            unassigned=self.name == "unassigned" or self.assignee == NOBODY,
            priority=Priority(self.priority) if self.priority else None,
            requester=self.requester,
            watched_by=me if self.name == "watched" else None,
            mentions=me if self.name == "mentions" else None,
            tag=_uuid(self.tag),
            active_from=_begins(self.since, zone),
            active_to=_begins(self.until, zone, later=1),
        )

    def place(self) -> tuple[datetime, UUID] | None:
        """Where in the list; refuses a cursor that is not ours."""
        return parse_cursor(self.cursor)

    def fields(self) -> dict[str, str]:
        """The address's fields, only what differs from the plain inbox; the place in the list comes last."""
        rest = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("name", "q", "cursor")}
        named = self.name if self.name != "open" or self.q else ""
        values = {"view": named, "q": self.q, **rest, "cursor": self.cursor}
        return {key: value for key, value in values.items() if value}

    def query(self, **others: str) -> str:
        """The address's query with `?`."""
        kept = {key: value for key, value in {**self.fields(), **others}.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def at(self, cursor: str = "") -> "View":
        """The same view at another place."""
        return replace(self, cursor=cursor)

    @property
    def narrowed(self) -> bool:
        """Whether more is asked than its name says."""
        return bool(self.fields().keys() - {"view", "cursor"})


def _known(text: str, kind: type[Status] | type[Priority]) -> str:
    return text if text in set(kind) else ""


def _somebody(text: str) -> str:
    return text if text in (ME, NOBODY) else _id(text)


def _day(text: str) -> str:
    """A day that a mail can have; anything else says nothing."""
    with suppress(ValueError):
        day = date.fromisoformat(text)
        return text if FIRST <= day.year < LAST and day.isoformat() == text else ""
    return ""


def _begins(day: str, zone: tzinfo, *, later: int = 0) -> datetime | None:
    """Its first moment, or that of a later one."""
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day) + timedelta(days=later), time(), zone)


def as_utc(told: datetime | None) -> datetime | None:
    """A moment that a program names; without an offset it is UTC."""
    return told.replace(tzinfo=UTC) if told and told.tzinfo is None else told


def _id(text: str) -> str:
    found = _uuid(text)
    return str(found) if found else ""


def _uuid(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text) if text not in ("", ME, NOBODY) else None
    return None
