"""Plans: which rows change when tickets are merged, split, or a message moves. Pure; the database comes later."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.platform.ids import new_id
from waypost.ticketing.rearranging.changes import Changes
from waypost.ticketing.rearranging.states import Row, Spoken, Standing, figures, opening, people
from waypost.ticketing.rearranging.tables import ONCE_EACH, WORDS
from waypost.ticketing.tickets.models import (
    SLEEPING,
    Confidence,
    LinkKind,
    Reason,
    Status,
    Touched,
)

AWAKE = frozenset({Status.NEW, Status.OPEN})
BY_HAND = {
    "stitch_reason": Reason.BY_HAND,
    "stitch_confidence": Confidence.HIGH,
    "evidence": "a person put it here",
    "new_subject": False,
}
"""Why a moved message is where it is; stitching never puts it elsewhere."""


@dataclass(frozen=True, slots=True)
class Birth:
    """What a plan cannot know: the id and the code of a ticket to be."""

    ticket_id: UUID
    code: str


def merge(part: Standing, kept: Standing, now: datetime) -> Changes:
    """All of `part` becomes `kept`, which keeps its name, number and people; the old number leads on by a link."""
    changes = Changes()
    changes.set("tickets", part.ticket, **_touched(now), status=Status.CLOSED, closed_at=now, message_count=0)
    changes.set("tickets", kept.ticket, **_acted(now), **_woken(part, kept), **figures((*kept.spoken, *part.spoken)))
    for one in part.spoken:
        _follow(changes, one, kept.id)
    for table, row in part.hanging:
        if table not in ONCE_EACH:
            changes.set(table, row, ticket_id=kept.id)
    for table, column in ONCE_EACH.items():
        _join_once(changes, table, column, part, kept)
    _relink(changes, part, kept)
    changes.put("ticket_links", link_row(part.id, kept.id, LinkKind.MERGED_INTO, now))
    return changes


def move(
    source: Standing, target: Standing, message_ids: Collection[UUID], now: datetime, why: Row = BY_HAND
) -> Changes:
    """Some messages of `source` belong to `target`; both keep their names, numbers and people in charge.

    `why`: what the moved messages say about their new place.
    """
    changes = Changes()
    picked, rest = source.only(message_ids), source.without(message_ids)
    changes.set("tickets", source.ticket, **_acted(now), **figures(rest))
    changes.set("tickets", target.ticket, **_acted(now), **figures((*target.spoken, *picked)))
    _carry(changes, source, message_ids, target, why)
    return changes


def split(source: Standing, message_ids: Collection[UUID], birth: Birth, now: datetime) -> Changes:
    """Some messages of `source` become a ticket of their own, begun by the earliest: same hands, same tags."""
    changes = Changes()
    picked, rest = source.only(message_ids), source.without(message_ids)
    changes.put("tickets", _born(source, picked, birth, now))
    for row in source.rows_of("ticket_tags"):
        there = {"id": new_id(), "ticket_id": birth.ticket_id, "tag_id": row["tag_id"], "created_at": now}
        changes.put("ticket_tags", there)
    changes.set("tickets", source.ticket, **_acted(now), **figures(rest))
    _carry(changes, source, message_ids, Standing({"id": birth.ticket_id}, (), (), ()), BY_HAND)
    return changes


def counted(ticket: Standing, now: datetime) -> Changes:
    """Its figures and its people, after mail and people crossed: nobody stays who has no part in it any more, for who
    takes part may answer into it."""
    changes, present = Changes(), people(ticket.spoken)
    if not ticket.spoken:
        return changes
    changes.set("tickets", ticket.ticket, **_touched(now), **figures(ticket.spoken))
    for address in sorted(present - {row["address"] for row in ticket.participants}):
        changes.put("ticket_participants", {"id": new_id(), "ticket_id": ticket.id, "address": address})
    for row in ticket.participants:
        if row["address"] not in present:
            changes.drop("ticket_participants", row)
    return changes


def link_row(ticket_id: UUID, other_id: UUID, kind: LinkKind, now: datetime) -> dict[str, Any]:
    """A new link."""
    ends = {"ticket_id": ticket_id, "other_id": other_id}
    return {"id": new_id(), **ends, "kind": kind, "message_id": None, "created_at": now}


def _touched(now: datetime) -> dict[str, Any]:
    """A person acted: no machine rearranges it any more."""
    return {"updated_at": now, "touched": Touched.BY_A_PERSON}


def _acted(now: datetime) -> dict[str, Any]:
    return {**_touched(now), "last_activity_at": now}


def _woken(part: Standing, kept: Standing) -> dict[str, Any]:
    """Open work does not disappear into a ticket that rests."""
    wakes = part.spoken and part.ticket["status"] in AWAKE and kept.ticket["status"] in SLEEPING
    return {"status": Status.OPEN, "closed_at": None} if wakes else {}


def _born(source: Standing, picked: Iterable[Spoken], birth: Birth, now: datetime) -> dict[str, Any]:
    kept = {name: source.ticket[name] for name in ("priority", "assignee_user_id", "assignee_queue_id")}
    spoken = tuple(picked)
    return {
        "id": birth.ticket_id,
        **kept,
        **opening(spoken, birth.code),
        **figures(spoken),
        **_acted(now),
        "status": Status.OPEN,
        "created_at": now,
        "closed_at": None,
        "stitch_reason": Reason.BY_HAND,
        "stitch_confidence": Confidence.HIGH,
    }


def _follow(changes: Changes, one: Spoken, ticket_id: UUID, **why: Any) -> None:
    """A message with everything that hangs on it."""
    changes.set("ticket_messages", one.place, ticket_id=ticket_id, **why)
    for table, row in one.hanging:
        changes.set(table, row, ticket_id=ticket_id)


def _carry(changes: Changes, source: Standing, message_ids: Collection[UUID], target: Standing, why: Row) -> None:
    """Messages go; their people come along, and leave where nothing of theirs stays; what they prove goes too."""
    picked, rest = source.only(message_ids), source.without(message_ids)
    for one in picked:
        _follow(changes, one, target.id, **why)
    for address in sorted(people(picked) - {row["address"] for row in target.participants}):
        changes.put("ticket_participants", {"id": new_id(), "ticket_id": target.id, "address": address})
    leaving = people(picked) - people(rest)
    for row in source.participants:
        if row["address"] in leaving:
            changes.drop("ticket_participants", row)
    proven = [row for row in source.links if row["ticket_id"] == source.id and row["message_id"] in set(message_ids)]
    _repoint(changes, proven, "ticket_id", target)


def _join_once(changes: Changes, table: str, column: str, part: Standing, kept: Standing) -> None:
    """Whoever is with the whole already is not needed twice."""
    present = {row[column] for row in kept.rows_of(table)}
    for row in part.rows_of(table):
        if row[column] not in present:
            changes.set(table, row, ticket_id=kept.id)
        elif table not in WORDS:
            changes.drop(table, row)


def _relink(changes: Changes, part: Standing, kept: Standing) -> None:
    """What was linked to the part is linked to the whole; links that would say nothing new go."""
    for end, links in (
        ("ticket_id", [row for row in part.links if row["ticket_id"] == part.id]),
        ("other_id", [row for row in part.links if row["ticket_id"] != part.id]),
    ):
        for row in _repoint(changes, links, end, kept):
            changes.drop("ticket_links", row)


def _repoint(changes: Changes, links: Iterable[Row], end: str, target: Standing) -> list[Row]:
    """Once each, and nothing to itself; gives the links of which neither can be true."""
    there, idle = {_ends(row) for row in target.links}, []
    for row in links:
        after = {**row, end: target.id}
        if after["ticket_id"] == after["other_id"] or _ends(after) in there:
            idle.append(row)
        else:
            there.add(_ends(after))
            changes.set("ticket_links", row, **{end: target.id})
    return idle


def _ends(row: Row) -> tuple[Any, Any, Any]:
    """What may stand once; two who know of each other do so in either direction."""
    one, other = row["ticket_id"], row["other_id"]
    if row["kind"] == LinkKind.RELATED:
        one, other = min(one, other), max(one, other)
    return one, other, row["kind"]
