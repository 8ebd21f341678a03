"""The addresses of the run pages: what the list and the log show."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request

from waypost.platform.places import Place, read, written
from waypost.sourcing.reports.asked import MOST_HOURS, Filters
from waypost.sourcing.wire.words import FailureType, RunState

LONGEST = 100
SHOWN = 40
STREAMS = ("run", "execution", "callback")
LEVELS = ("warning", "failed")


@dataclass(frozen=True, slots=True)
class View:
    """The list's address; empty strings ask for nothing. `who` is `all` where an operator looks at everybody's."""

    status: str = ""
    source: str = ""
    failure: str = ""
    who: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, request: Request) -> "View":
        """What the address says; values that do not exist ask for nothing."""
        said = {name: request.query_params.get(name, "").strip()[:LONGEST] for name in cls.__slots__}
        said["status"] = said["status"] if said["status"] in set(RunState) else ""
        said["failure"] = said["failure"] if said["failure"] in set(FailureType) else ""
        said["who"] = "all" if said["who"] == "all" else ""
        return cls(**said)

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.status or self.source or self.failure)

    def filters(self, person: UUID | None, now: datetime) -> Filters:
        """The same for the questions; `person` None: everybody's."""
        return Filters(
            person=person,
            since=now - timedelta(hours=MOST_HOURS),
            status=RunState(self.status) if self.status else None,
            failure_type=FailureType(self.failure) if self.failure else None,
            source=self.source or None,
        )

    @property
    def after(self) -> Place | None:
        """The last one seen; refuses garbage (422)."""
        return read(self.cursor)

    def query(self, **changed: str) -> str:
        """The same list elsewhere; without `cursor` from its beginning."""
        there = replace(self, **{"cursor": "", **changed})
        told = {name: value for name in self.__slots__ if (value := getattr(there, name))}
        return f"?{urlencode(told)}" if told else ""

    def older(self, rows: list[Any]) -> str | None:
        """The address of what comes after a full page."""
        if len(rows) <= SHOWN:
            return None
        last = rows[SHOWN - 1][0]
        return self.query(cursor=written((last.created_at, last.id)))


@dataclass(frozen=True, slots=True)
class LogView:
    """Which lines of a run's log are shown."""

    stream: str = ""
    level: str = ""

    @classmethod
    def of(cls, request: Request) -> "LogView":
        """What the address says."""
        stream, level = (request.query_params.get(name, "") for name in ("stream", "level"))
        return cls(stream if stream in STREAMS else "", level if level in LEVELS else "")
