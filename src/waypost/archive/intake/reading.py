"""From a webhook's body to the little of it that is needed: which ticket, and who acted. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from waypost.archive.sources.causes import hints_of

LARGEST = 2**63 - 1
Fault = Mapping[str, Any]
"""`type, loc, msg`, as the framework words them."""


@dataclass(frozen=True, slots=True)
class Item:
    """One webhook, read."""

    ticket_id: int
    hints: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Faulty:
    """One that cannot be read, and why."""

    faults: Sequence[Fault]


def decoded(body: bytes, media_type: str | None) -> Any:
    """The JSON value; a `Faulty` when it is none, or is not said to be."""
    kind = (media_type or "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        return Faulty([_fault("json_type", (), "The body must be JSON, and its Content-Type say so")])
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Faulty([_fault("json_invalid", (), "This is not JSON")])


def item_of(value: Any, at: tuple[int | str, ...] = (), *, own_id: str | None = None) -> Item | Faulty:
    """A webhook's object: `ticket_id` wins, else `ticket.id`; `at` is where it stands in the body.

    `own_id` is the source's own account: what it caused itself is marked. Of the rest only who acted is kept.
    """
    if not isinstance(value, dict):
        return Faulty([_fault("dict_type", at, "Input should be a valid dictionary")])
    ticket = value.get("ticket")
    if ticket is not None and not isinstance(ticket, dict):
        return Faulty([_fault("dict_type", (*at, "ticket"), "Input should be a valid dictionary")])
    given = value.get("ticket_id")
    if given is not None and _whole(given) is None:
        return Faulty([_fault("int_type", (*at, "ticket_id"), "Input should be a valid integer")])
    number = _positive(given) or _positive((ticket or {}).get("id"))
    if number is None:
        return Faulty([_fault("value_error", at, "ticket_id or ticket.id must be a positive integer")])
    return Item(number, hints_of(value, own_id))


def ticket_number(text: str) -> int | None:
    """The id in a path: positive and of 64 bits at most, else None."""
    return _positive(text) if text.isascii() else None


def truth(text: str | None) -> bool | None:
    """A query's yes or no; None for anything else, False when it is absent."""
    if text is None:
        return False
    known = {"true": True, "1": True, "on": True, "yes": True, "t": True, "y": True}
    known |= {"false": False, "0": False, "off": False, "no": False, "f": False, "n": False}
    return known.get(text.strip().lower())


def _whole(value: Any) -> int | None:
    """An integer in one of the forms that are accepted: 5, "5", "+5", " 7 ", 1.0; never a truth value."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str):
        match = re.fullmatch(r"\s*([+-]?\d{1,20})\s*", value, re.ASCII)
        return int(match[1]) if match else None
    return None


def _positive(value: Any) -> int | None:
    number = _whole(value)
    return number if number is not None and 0 < number <= LARGEST else None


def _fault(kind: str, at: tuple[int | str, ...], message: str) -> Fault:
    return {"type": kind, "loc": ["body", *at], "msg": message}
