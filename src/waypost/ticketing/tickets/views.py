"""The views of the inbox: which tickets, at which place of the list, as an address that can be shared."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request

from waypost.ticketing.messages.cursors import parse_cursor
from waypost.ticketing.tickets.models import Status
from waypost.ticketing.tickets.queries import Filters

LONGEST_QUESTION = 200
STATUSES: dict[str, tuple[Status, ...]] = {
    "open": (Status.NEW, Status.OPEN),
    "waiting": (Status.PENDING,),
    "done": (Status.RESOLVED, Status.CLOSED),
    "spam": (Status.SPAM,),
    "mine": (Status.NEW, Status.OPEN, Status.PENDING),
    "unassigned": (Status.NEW, Status.OPEN, Status.PENDING),
    "all": (),
}


@dataclass(frozen=True, slots=True)
class View:
    """What the list pane shows."""

    name: str = "open"
    q: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, request: Request) -> "View":
        """From an address; an unknown view is the open one, as is a link that somebody cut short."""
        asked = request.query_params
        name = asked.get("view", "open")
        question = asked.get("q", "").strip()[:LONGEST_QUESTION]
        if question and "view" not in asked:
            name = "all"
        return cls(name if name in STATUSES else "open", question, asked.get("cursor", ""))

    def filters(self, me: UUID) -> Filters:
        """The question to ask."""
        mine = me if self.name == "mine" else None
        return Filters(STATUSES[self.name], self.q, assignee_user_id=mine, unassigned=self.name == "unassigned")

    def place(self) -> tuple[datetime, UUID] | None:
        """Where in the list; refuses a cursor that is not ours."""
        return parse_cursor(self.cursor)

    def query(self, **others: str) -> str:
        """The address's query with `?`, only what differs from the plain inbox."""
        values = {"view": self.name if self.name != "open" or self.q else "", "q": self.q, "cursor": self.cursor}
        kept = {key: value for key, value in {**values, **others}.items() if value}
        return f"?{urlencode(kept)}" if kept else ""

    def at(self, cursor: str = "") -> "View":
        """The same view at another place."""
        return replace(self, cursor=cursor)
