"""From the policy's path to folders: `{year}/{queue}` and what stands for its words. Pure."""

import re
from collections.abc import Mapping
from string import Formatter

from waypost.platform.errors import Invalid

WORDS = ("year", "month", "queue", "requester")
DEEPEST, LONGEST = 10, 64
SPLIT = re.compile(r"[/>]")


class BadPath(Invalid):
    """The path has one to ten parts, parted by /, made of words and {year}, {month}, {queue}, {requester}."""


def check(path: str) -> str:
    """The path itself, with its parts parted by one slash; refuses with `BadPath`."""
    parts = [part.strip() for part in SPLIT.split(path)]
    wrong = BadPath(errors=[{"field": "path", "msg": "parts of words, year, month, queue or requester"}])
    if not 1 <= len(parts) <= DEEPEST or not all(parts) or max(map(len, parts)) > LONGEST:
        raise wrong
    try:
        pieces = [piece for part in parts for piece in Formatter().parse(part)]
    except ValueError:
        raise wrong from None
    if any(part in {".", ".."} or "\\" in part for part in parts):
        raise wrong
    if any(word is not None and (word not in WORDS or form or turned) for _, word, form, turned in pieces):
        raise wrong
    return "/".join(parts)


def folders(path: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The folders of one case: every word stands in a part of its own length, and never opens another folder."""
    safe = {word: one_folder(values.get(word, "")) for word in WORDS}
    return tuple(one_folder(part.format_map(safe)) for part in path.split("/"))


def one_folder(text: str) -> str:
    """Any text as the name of a single folder: no separators, at most 64 characters, never nothing or a way up."""
    name = re.sub(r"[/\\\0]+", "-", text).strip()[:LONGEST].strip()
    return "_" if name in {"", ".", ".."} else name
