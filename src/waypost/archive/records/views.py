"""The catalogue's address: what it shows, kept in the query string."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from waypost.archive.records.listing import Filters
from waypost.archive.records.models import RecordState
from waypost.archive.signing.levels import Level
from waypost.platform.errors import Invalid

LONGEST = 200
NAMES = ("q", "origin", "level", "state", "hold", "from", "to", "cursor")
Choice = TypeVar("Choice", bound=StrEnum)


class FilterUnknown(Invalid):
    """This filter does not have such a value."""


@dataclass(frozen=True, slots=True)
class View:
    """As it stands in the address; empty strings ask for nothing. Days are those of UTC, `to` is within."""

    q: str = ""
    origin: str = ""
    level: str = ""
    state: str = ""
    hold: str = ""
    from_: str = ""
    to: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "View":
        """What the address says; longer words than anybody types are cut."""
        return cls(*(asked.get(name, "")[:LONGEST] for name in NAMES))

    def filters(self) -> Filters:
        """What the database is asked. Refuses values that are no filter (422)."""
        until = _day("to", self.to)
        return Filters(
            q=self.q,
            origin=self.origin,
            level=_one_of(Level, "level", self.level),
            state=_one_of(RecordState, "state", self.state),
            held=self.hold in ("1", "true", "yes"),
            kept_from=_day("from", self.from_),
            kept_until=until + timedelta(days=1) if until else None,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out on purpose."""
        return any((self.q, self.origin, self.level, self.state, self.hold, self.from_, self.to))

    def at(self, cursor: str = "") -> "View":
        """The same at another place."""
        return replace(self, cursor=cursor)

    def query(self) -> str:
        """`?q=…`, or "" for everything."""
        values = (self.q, self.origin, self.level, self.state, self.hold, self.from_, self.to, self.cursor)
        said = {name: value for name, value in zip(NAMES, values, strict=True) if value}
        return f"?{urlencode(said)}" if said else ""


def _one_of(kind: type[Choice], name: str, value: str) -> Choice | None:
    try:
        return kind(value) if value else None
    except ValueError:
        raise FilterUnknown(f"{name}: {value[:40]} is not one of {', '.join(kind)}") from None


def _day(name: str, value: str) -> datetime | None:
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC) if value else None
    except ValueError:
        raise FilterUnknown(f"{name}: write a day as 2026-11-22") from None
