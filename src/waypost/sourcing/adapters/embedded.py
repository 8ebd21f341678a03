"""Ways into embedded JSON: `props.queries[key^=jobOffer].state.data.sections[*].text`.

A name steps into an object, `[*]` takes every entry, `[2]` one of them, `[name=text]` those whose member is that text
and `[name^=text]` those whose member begins with it (of a list, its first entry).
"""

import re
from typing import Any

STEP = re.compile(r"\[(?P<inside>[^\[\]]+)\]|(?P<name>[^.\[\]]+)|(?P<dot>\.)|(?P<odd>.)")
CONDITION = re.compile(r"^(?P<name>[^=^]+)(?P<how>\^?=)(?P<text>.*)$")
MOST = 5_000


class NoPath(ValueError):
    """This is not a way into JSON."""


def steps(path: str) -> list[str]:
    """The path taken apart; refuses with `NoPath` what cannot be read."""
    told: list[str] = []
    for match in STEP.finditer(path):
        if match["odd"]:
            raise NoPath(f"'{match['odd']}' at {match.start() + 1} does not belong here")
        if match["inside"]:
            told.append(_inside(match["inside"]))
        elif match["name"]:
            told.append(match["name"].strip())
    return told


def _inside(text: str) -> str:
    if text != "*" and not text.isdigit() and not CONDITION.match(text):
        raise NoPath(f"[{text}] is neither a number, [*] nor [name=text]")
    return f"[{text}]"


def found(value: Any, path: str) -> list[Any]:
    """Everything at the end of the path; an empty list where it leads nowhere."""
    here = [value]
    for step in steps(path):
        here = [after for one in here for after in _after(one, step)][:MOST]
    return [one for one in here if one is not None]


def _after(value: Any, step: str) -> list[Any]:
    if not step.startswith("["):
        return [value[step]] if isinstance(value, dict) and step in value else []
    entries = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    inside = step[1:-1]
    if inside == "*":
        return entries
    if inside.isdigit():
        return entries[int(inside) : int(inside) + 1]
    return [one for one in entries if _fits(one, inside)]


def _fits(value: Any, condition: str) -> bool:
    match = CONDITION.match(condition)
    told = value.get(match["name"].strip()) if match and isinstance(value, dict) else None
    told = told[0] if isinstance(told, list) and told else told
    if match is None or not isinstance(told, str | int):
        return False
    return str(told).startswith(match["text"]) if match["how"] == "^=" else str(told) == match["text"]
