"""The list's address: what it shows and how, kept in the query string."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from waypost.platform.errors import Invalid
from waypost.sourcing.digest.money_words import CURRENCIES
from waypost.sourcing.notebook.filters import Filters, FollowUp, Mode
from waypost.sourcing.notebook.models import Status

HERE = "/sourcing/offers"
LONGEST = 200
NAMES = (
    "mode",
    "q",
    "status",
    "source",
    "score",
    "tag",
    "follow",
    "work",
    "contract",
    "salary",
    "currency",
    "expired",
    "profile",
    "run",
    "show",
    "cursor",
)
KEPT = NAMES[:-1]
"""What a saved search keeps."""
USUAL = "PLN"
"""Of a least pay, where no currency is said."""
ANY = "any"
"""A status: also what was put away."""
Choice = TypeVar("Choice", bound=StrEnum)


class FilterUnknown(Invalid):
    """This filter does not have such a value."""


@dataclass(frozen=True, slots=True)
class View:
    """As it stands in the address; empty strings ask for nothing."""

    mode: str = ""
    q: str = ""
    status: str = ""
    source: str = ""
    score: str = ""
    tag: str = ""
    follow: str = ""
    work: str = ""
    contract: str = ""
    salary: str = ""
    currency: str = ""
    expired: str = ""
    profile: str = ""
    run: str = ""
    show: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "View":
        """What the address says; longer words than anybody types are cut."""
        return cls(*(asked.get(name, "").replace("\0", "")[:LONGEST] for name in NAMES))

    @property
    def kind(self) -> Mode:
        """The view of the notebook; the newest first unless said."""
        return _one_of(Mode, "mode", self.mode) or Mode.EXPLORE

    @property
    def cards(self) -> bool:
        """Whether offers are shown as cards."""
        return self.show == "cards"

    def filters(self) -> Filters:
        """What the database is asked. Refuses values that are no filter (422)."""
        status = None if self.status in ("", ANY) else _one_of(Status, "status", self.status)
        return Filters(
            mode=self.kind,
            statuses=(status,) if status else (),
            put_away=self.status == ANY,
            source=self.source,
            least_score=_number("score", self.score),
            tags=(self.tag,) if self.tag else (),
            search=self.q,
            follow_up=_one_of(FollowUp, "follow", self.follow),
            expired=self.expired == "1",
            work_mode=self.work,
            contract=self.contract,
            salary=_number("salary", self.salary),
            currency=_currency(self.currency),
            profile_id=_id("profile", self.profile),
            run_id=_id("run", self.run),
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out on purpose, beside the view."""
        return bool(self.said().keys() - {"mode", "show", "cursor", "expired", "currency"})

    def said(self) -> dict[str, str]:
        """The fields that say something, in their order."""
        return {name: getattr(self, name) for name in NAMES if getattr(self, name)}

    def kept(self) -> dict[str, str]:
        """What a saved search keeps of it."""
        return {name: value for name, value in self.said().items() if name in KEPT}

    def but(self, **changes: str) -> "View":
        """The same from its beginning, with other fields."""
        return replace(self, **{"cursor": "", **changes})

    def bare(self) -> "View":
        """The same view and look, narrowed by nothing."""
        return View(mode=self.mode, show=self.show)

    def query(self) -> str:
        """`?mode=…`, or "" for everything."""
        return f"?{urlencode(self.said())}" if self.said() else ""

    def address(self) -> str:
        """Where the list shows it."""
        return HERE + self.query()


def _one_of(kind: type[Choice], name: str, value: str) -> Choice | None:
    try:
        return kind(value) if value else None
    except ValueError:
        raise FilterUnknown(f"{name}: {value[:40]} is not one of {', '.join(kind)}") from None


def _number(name: str, value: str) -> int | None:
    plain = value.replace(" ", "").replace("\xa0", "")
    if not plain:
        return None
    if not plain.isdecimal() or len(plain) > 9:
        raise FilterUnknown(f"{name}: write a whole number")
    return int(plain)


def _currency(value: str) -> str:
    code = value.strip().upper() or USUAL
    if code not in CURRENCIES:
        raise FilterUnknown(f"currency: {value[:40]} is not one of {', '.join(CURRENCIES)}")
    return code


def _id(name: str, value: str) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        raise FilterUnknown(f"{name}: this is no id") from None
