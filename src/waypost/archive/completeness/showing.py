"""What the pages and the JSON of completeness both show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any, Literal

from waypost.archive.completeness import queries
from waypost.archive.completeness.actions import NoSuchDay
from waypost.archive.completeness.models import CompletenessWatch, Statement
from waypost.archive.completeness.queries import Closed, Tally
from waypost.archive.completeness.stating import stamp
from waypost.archive.evidence import queries as evidence
from waypost.platform.places import read, written
from waypost.platform.work import Work

DAYS = 90
PAGE = 100

Colour = Literal["whole", "gap", "quiet", "unstated"]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip; `statement` is None before its first one."""

    day: date
    statement: Statement | None

    @property
    def colour(self) -> Colour:
        """How it is drawn."""
        if self.statement is None:
            return "unstated"
        if self.statement.gaps:
            return "gap"
        return "whole" if self.statement.count else "quiet"


@dataclass(frozen=True, slots=True)
class Overview:
    """How complete an organisation's archive is."""

    today: date
    so_far: Tally
    """Of today."""
    days: Sequence[Day]
    """Oldest first, yesterday last; days before the first statement are left out."""
    watch: CompletenessWatch | None
    doubt: str | None = None
    """Why no checkpoint of the log is signed just now: statements after the last one are not covered outside."""

    @property
    def gaps(self) -> int:
        """In all the days that are shown."""
        return sum(day.statement.gaps for day in self.days if day.statement)

    def said(self) -> dict[str, Any]:
        """For programs."""
        watch = self.watch
        return {
            "today": {"day": self.today, **tally_said(self.so_far)},
            "unarchived": watch.unarchived if watch else 0,
            "oldest_unarchived_at": watch.oldest_at if watch else None,
            "looked_at": watch.looked_at if watch else None,
            "log_doubt": self.doubt,
            "days": [statement_said(each.statement) for each in reversed(self.days) if each.statement],
        }


async def overview(work: Work) -> Overview:
    """The last ninety days; four questions."""
    today = work.now.astimezone(UTC).date()
    found = await queries.newest_statements(work.db, today - timedelta(days=DAYS), today)
    by_day = {one.day: one for one in found}
    first = min(by_day, default=today)
    span = [first + timedelta(days=number) for number in range((today - first).days)]
    so_far = await queries.tally(work.db, *queries.span_of(today))
    log = await evidence.watch(work.db)
    days = [Day(day, by_day.get(day)) for day in span]
    return Overview(today, so_far, days, await queries.watch(work.db), log.doubt if log else None)


@dataclass(frozen=True, slots=True)
class OneDay:
    """A day and a page of its closings."""

    day: date
    tally: Tally
    """Right now, which the statement may not know yet."""
    revisions: Sequence[Statement]
    closings: Sequence[Closed]
    older: str | None
    """Cursor of the next page."""

    def said(self) -> dict[str, Any]:
        """For programs."""
        return {
            "day": self.day,
            "now": tally_said(self.tally),
            "statements": [statement_said(one) for one in self.revisions],
            "closings": [closed_said(one) for one in self.closings],
            "next_cursor": self.older,
        }


async def one_day(work: Work, day: date, *, gaps: bool, cursor: str | None) -> OneDay:
    """Three questions. Refuses with NoSuchDay."""
    found = await queries.page_of(work.db, day, gaps=gaps, after=read(cursor), limit=PAGE + 1)
    more = written((found[PAGE - 1].closed_at, found[PAGE - 1].id)) if len(found) > PAGE else None
    tally, revisions = await queries.tally(work.db, *queries.span_of(day)), await queries.revisions(work.db, day)
    if not tally.count and not revisions:
        raise NoSuchDay
    return OneDay(day, tally, revisions, found[:PAGE], more)


def tally_said(tally: Tally) -> dict[str, int]:
    """`{count, kept, exempt, gaps}`."""
    return {"count": tally.count, "kept": tally.kept, "exempt": tally.exempt, "gaps": tally.gaps}


def statement_said(one: Statement) -> dict[str, Any]:
    """`{day, revision, count, kept, exempt, gaps, items_sha256, position, replaces, made_at}`."""
    return {
        "day": one.day,
        "revision": one.revision,
        **tally_said(Tally(one.count, one.kept, one.exempt)),
        "items_sha256": one.items_sha256,
        "position": one.position,
        "replaces": one.replaces,
        "made_at": one.made_at,
    }


def closed_said(one: Closed) -> dict[str, Any]:
    """A closing with its outcome, and the newest request for its case."""
    return {
        "kind": one.kind,
        "source": one.source,
        "ref": one.ref,
        "number": one.number,
        "closed_at": stamp(one.closed_at),
        "outcome": one.outcome,
        "record_id": one.record_id,
        "version": one.version,
        "exempt_because": one.exempt_because,
        "request": {"id": one.request_id, "state": one.request_state, "code": one.request_code}
        if one.request_id
        else None,
    }
