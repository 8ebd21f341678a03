"""What a statement says of a day, as bytes that anybody can hash again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from waypost.archive.completeness.queries import Closed, Tally


@dataclass(frozen=True, slots=True)
class Said:
    """A statement before it has its place in the log."""

    day: date
    tally: Tally
    items: str
    """Canonical JSON (RFC 8785) of `items_of`."""

    @property
    def items_sha256(self) -> str:
        """Hex, of the items' bytes."""
        return sha256(self.items.encode()).hexdigest()


def said_of(day: date, closed: Sequence[Closed]) -> Said:
    """What a day's closings come to."""
    outcomes = [one.outcome for one in closed]
    tally = Tally(len(outcomes), outcomes.count("kept"), outcomes.count("exempt"))
    return Said(day, tally, rfc8785.dumps(items_of(closed)).decode())


def items_of(closed: Sequence[Closed]) -> list[dict[str, Any]]:
    """`{kind, source, ref, closed_at}` of each, with `record` and `version`, or `exempt` (why), or `gap: true`."""
    return [_item(one) for one in closed]


def leaf_content(day: date, revision: int, tally: Tally, items_sha256: str, replaces: int | None) -> dict[str, Any]:
    """What the log keeps of it: numbers and a hash."""
    return {
        "day": day.isoformat(),
        "revision": revision,
        "count": tally.count,
        "kept": tally.kept,
        "exempt": tally.exempt,
        "gaps": tally.gaps,
        "items_sha256": items_sha256,
        "replaces": replaces,
    }


def _item(one: Closed) -> dict[str, Any]:
    case = {"kind": one.kind, "source": one.source, "ref": one.ref, "closed_at": stamp(one.closed_at)}
    if one.outcome == "kept":
        return case | {"record": str(one.record_id), "version": one.version}
    return case | ({"exempt": one.exempt_because} if one.outcome == "exempt" else {"gap": True})


def stamp(moment: datetime) -> str:
    """UTC with microseconds and `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
