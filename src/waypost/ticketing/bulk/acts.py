"""What can be done to many tickets at once, parsed at the door and kept as plain values."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from waypost.platform.errors import Invalid
from waypost.platform.work import Work
from waypost.ticketing.tickets.actions import Change
from waypost.ticketing.tickets.models import Priority, Status

FIELDS = ("status", "priority", "assignee_user_id", "assignee_queue_id", "merge_into")


class OneAct(Invalid):
    """Say one thing to do: a status, a priority, an assignee, or the ticket to merge into."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do to each; `value` None on an assignee: nobody."""

    field: str
    value: str | None

    @classmethod
    def parsed(cls, given: Mapping[str, Any]) -> "Act":
        """From `{"status": "closed"}` and the like; refuses none, two, or a value that does not exist (422)."""
        if len(given) != 1:
            raise OneAct
        ((field, value),) = given.items()
        if field not in FIELDS or not isinstance(value, str | None):
            raise OneAct
        act = cls(field, value or None)
        act.check()
        return act

    @property
    def merges(self) -> bool:
        """Merging is the rearranging's work, everything else is a change of fields."""
        return self.field == "merge_into"

    def check(self) -> None:
        """Refuses a value that does not exist (422)."""
        try:
            _ = self.target if self.merges else self.change()
        except (ValueError, TypeError) as broken:
            raise OneAct(errors=[{"field": self.field, "msg": "choose a value"}]) from broken

    @property
    def target(self) -> UUID:
        """The ticket that all of them become part of."""
        return UUID(self.value)

    def change(self) -> Change:
        """What changes in each ticket."""
        if self.field == "status":
            return Change(status=Status(self.value or ""))
        if self.field == "priority":
            return Change(priority=Priority(self.value or ""))
        given = UUID(self.value) if self.value else None
        if self.field == "assignee_queue_id":
            return Change(assignee_queue_id=given)
        return Change(assignee_user_id=given)


class Made(Protocol):
    """What a merge leaves behind: the id under which it can be undone."""

    @property
    def id(self) -> UUID:
        """Its id."""
        ...


@dataclass(frozen=True, slots=True)
class Merging:
    """How tickets are merged and parted again; the module plugs it in, for this feature knows nothing of it."""

    merge: Callable[[Work, UUID, UUID], Awaitable[Made]]
    """(part, whole)"""
    undo: Callable[[Work, UUID], Awaitable[object]]
