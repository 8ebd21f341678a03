"""The way back, planned: what a rearrangement changed becomes what it was; what happened since is respected. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from waypost.ticketing.rearranging.changes import RowChange, Values
from waypost.ticketing.rearranging.states import Row, Spoken
from waypost.ticketing.tickets.images import plain_row
from waypost.ticketing.tickets.models import Ticket, TicketMessage

TICKETS, PLACES = Ticket.__tablename__, TicketMessage.__tablename__
MACHINE_MADE = ("updated_at", "message_count", "first_message_at", "last_message_at", "snippet")
"""Columns of a ticket that mail changes: different from what the act left behind, something happened since."""
TOGETHER = ("status", "closed_at")
"""Columns that mean something only together."""


@dataclass(slots=True)
class Back:
    """What to write, and what stands in the way."""

    rows: list[RowChange] = field(default_factory=list)
    stirred: set[UUID] = field(default_factory=set)
    """Tickets in which something happened since: their figures are counted anew."""
    places: list[UUID] = field(default_factory=list)
    """Places that the act changed; one that a later act changed too goes back with that one first."""
    superseded: bool = False
    """A place is not as the act left it."""
    born: UUID | None = None
    """The ticket that the act made."""


def plan(changes: Iterable[RowChange], now: Mapping[tuple[str, UUID], Row]) -> Back:
    """`changes` as the act wrote them, `now` the rows as they stand, by table and id."""
    back = Back()
    for one in changes:
        _take(back, one.reversed(), now.get((one.table, one.row_id)))
    return back


def _take(back: Back, one: RowChange, row: Row | None) -> None:
    if one.table == PLACES:
        back.places.append(one.row_id)
        back.superseded = back.superseded or row is None or not _stands(one.before or {}, row)
    if one.before is None:
        back.rows += [one] if row is None else []
    elif row is None:
        return
    elif one.after is None:
        _unmake(back, one, row)
    elif one.table == TICKETS:
        _restore(back, one, row)
    elif _stands(one.before, row):
        back.rows.append(one)


def _unmake(back: Back, one: RowChange, row: Row) -> None:
    """A row that the act made goes; a ticket goes last, and only when nothing happened to it."""
    if one.table != TICKETS:
        back.rows.append(one)
        return
    back.born = one.row_id
    if not _stands(one.before or {}, row):
        back.stirred.add(one.row_id)


def _restore(back: Back, one: RowChange, row: Row) -> None:
    """A ticket's columns, each unless it was changed since; all of them when nothing happened."""
    expected, standing = one.before or {}, plain_row(row)
    changed = {name for name in expected if standing[name] != expected[name]}
    if changed & set(MACHINE_MADE):
        back.stirred.add(one.row_id)
        changed |= {"touched"}
    if changed & set(TOGETHER):
        changed |= set(TOGETHER)
    after = {name: value for name, value in (one.after or {}).items() if name not in changed}
    if after:
        back.rows.append(RowChange(one.table, one.row_id, {name: expected[name] for name in after}, after))


def _stands(expected: Values, row: Row) -> bool:
    """Whether a row is still as the act left it."""
    standing = plain_row(row)
    return all(standing.get(name) == value for name, value in expected.items())


def followers(
    going: Collection[UUID],
    newer: Sequence[Spoken],
    refs: Mapping[UUID, Sequence[UUID]],
    owners: Mapping[UUID, Any],
) -> set[UUID]:
    """Messages that came since and answer one that goes back, or one that goes with it: they go along.

    `refs`: marks that each message names, the likeliest parent first; `owners`: the message known under each mark.
    """
    gone = set(going)
    while True:
        more = {one.message_id for one in newer if _parent(one.message_id, refs, owners) in gone} - gone
        if not more:
            return gone - set(going)
        gone |= more


def _parent(message_id: UUID, refs: Mapping[UUID, Sequence[UUID]], owners: Mapping[UUID, Any]) -> UUID | None:
    return next((owners[mark] for mark in refs.get(message_id, ()) if mark in owners), None)
