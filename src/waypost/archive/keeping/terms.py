"""Until when a record is kept: a function of its classes and of what is known of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Known:
    """What classes look at."""

    origin_kind: str
    folder: str
    """Relative to the root, the user's folder first."""
    tags: Sequence[str]
    since: datetime
    """Closing, else when it was kept."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A class as it decides."""

    id: UUID
    years: int
    days: int
    origin_kind: str | None
    path_prefix: str | None
    tag: str | None

    def fits(self, record: Known) -> bool:
        """Everything that is set must fit; a class with nothing set fits all."""
        return (
            self.origin_kind in (None, record.origin_kind)
            and (self.path_prefix is None or _is_below(record.folder, self.path_prefix))
            and (self.tag is None or self.tag in record.tags)
        )

    def until(self, since: datetime) -> datetime:
        """So many years by the calendar (29 February becomes 1 March), and so many days."""
        year = since.year + self.years
        try:
            later = since.replace(year=year)
        except ValueError:
            later = since.replace(year=year, month=3, day=1)
        return later + timedelta(days=self.days)


def decide(rules: Iterable[Rule], record: Known) -> tuple[UUID | None, datetime | None]:
    """The class and the end; none and never where no class fits."""
    rule = next((one for one in rules if one.fits(record)), None)
    return (rule.id, rule.until(record.since)) if rule else (None, None)


def _is_below(folder: str, prefix: str) -> bool:
    """Whole folders count, and the user's is not part of the comparison."""
    below = folder.split("/")[1:]
    wanted = [part for part in prefix.split("/") if part]
    return below[: len(wanted)] == wanted
