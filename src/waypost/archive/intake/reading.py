"""From a webhook's body to the little of it that is needed: which ticket, and who acted. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

LARGEST = 2**63 - 1
HINTS = (
    ("user_login", ("user", "login")),
    ("updated_by", ("ticket", "updated_by", "login")),
    ("updated_by_id", ("ticket", "updated_by_id")),
    ("article_by", ("article", "created_by", "login")),
    ("article_by_id", ("article", "created_by_id")),
    ("article_id", ("article", "id")),
)
"""What is kept of a payload beside the ticket's id, and where it stands there; nothing else is."""
LONGEST = 255

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


def item_of(value: Any, at: tuple[int | str, ...] = ()) -> Item | Faulty:
    """A webhook's object: `ticket_id` wins, else `ticket.id`; `at` is where it stands in the body."""
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
    return Item(number, hints_of(value))


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


def hints_of(value: Mapping[str, Any]) -> dict[str, Any]:
    """The members that matter later, short and plain."""
    found = {name: _at(value, path) for name, path in HINTS}
    return {name: each for name, each in found.items() if _is_plain(each)}


def _is_plain(value: Any) -> bool:
    return (isinstance(value, str) and 0 < len(value) <= LONGEST) or (
        isinstance(value, int) and not isinstance(value, bool)
    )


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


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
