"""What can be done to many tickets at once, parsed at the door and kept as plain values."""

from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from waypost.platform.errors import Forbidden, Invalid
from waypost.platform.work import Work
from waypost.ticketing.tickets.actions import Change
from waypost.ticketing.tickets.models import Priority, Status

FURTHER = "further"
"""The field of an act that another module brought; its value is the act's name."""
FIELDS = ("status", "priority", "assignee_user_id", "assignee_queue_id", "add_tag", "merge_into", FURTHER)


class OneAct(Invalid):
    """Say one thing to do: a status, a priority, an assignee, a tag, or the ticket to merge into."""


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

    @property
    def lasts(self) -> bool:
        """What another module was asked for is not taken back from here."""
        return self.field == FURTHER

    def check(self) -> None:
        """Refuses a value that does not exist (422); whether a further act exists is known to who has the parts."""
        if self.lasts:
            return
        try:
            _ = self.target if self.merges or self.tags else self.change()
        except (ValueError, TypeError) as broken:
            raise OneAct(errors=[{"field": self.field, "msg": "choose a value"}]) from broken

    @property
    def tags(self) -> bool:
        """Tags are rows of their own, no field of the ticket."""
        return self.field == "add_tag"

    @property
    def target(self) -> UUID:
        """The ticket that all of them become part of, or the tag that all of them shall bear."""
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


@dataclass(frozen=True, slots=True)
class Further:
    """An act of another module on one ticket."""

    label: str
    """For gettext: a verb and what it is done to."""
    needs: str
    """The permission key beside that of changing tickets."""
    do: Callable[[Work, UUID], Awaitable[bool]]
    """Ask for it; False when it is so already. Its refusal is the ticket's line of the receipt."""


@dataclass(frozen=True, slots=True)
class FurtherActs:
    """A part that the bridges fill: acts by their names."""

    by_name: dict[str, Further] = field(default_factory=dict)

    def of(self, act: Act, keys: Container[str]) -> Further:
        """The act that is named; refuses one that nobody brought (422) and one that is not this person's (403)."""
        found = self.by_name.get(act.value or "")
        if found is None:
            raise OneAct(errors=[{"field": FURTHER, "msg": "choose a value"}])
        if found.needs not in keys:
            raise Forbidden
        return found

    def open_to(self, keys: Container[str]) -> list[tuple[str, str]]:
        """(Name, label) of those that somebody with these keys may ask for."""
        return [(name, one.label) for name, one in self.by_name.items() if one.needs in keys]
