"""Look-alikes side by side: which headers differ, which files, and the text line by line. Pure, and bounded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

LINES, LETTERS = 300, 20_000
"""Of each text that are compared; what is longer says so."""

Field = tuple[str, Callable[[Any], str]]
FIELDS: tuple[Field, ...] = (
    ("From", lambda row: f"{row.from_name or ''} <{row.from_email}>".strip() if row.from_email else ""),
    ("To", lambda row: ", ".join(row.to_emails)),
    ("Cc", lambda row: ", ".join(row.cc_emails)),
    ("Reply-To", lambda row: ", ".join(row.reply_to_emails)),
    ("Date", lambda row: row.date_header.isoformat(" ", "seconds") if row.date_header else ""),
    ("Subject", lambda row: row.subject or ""),
    ("Message-ID", lambda row: row.rfc_message_id or ""),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text: `same`, `gone` (only in the first text), `new` (only in this one) or `skip`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A field of all candidates, in their order."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return len(set(self.values)) > 1


def compared(rows: Sequence[Any], files: Sequence[Sequence[str]]) -> list[Compared]:
    """The headers and the files (name, size and hash as text) of all candidates."""
    found = [Compared(name, tuple(value(row) for row in rows)) for name, value in FIELDS]
    return [*found, Compared("Files", tuple("\n".join(each) for each in files))]


def difference(first: str | None, other: str | None) -> list[Line]:
    """How another text differs from the first, with the equal lines shortened to those around a difference."""
    ours, theirs = _lines(first), _lines(other)
    found: list[Line] = []
    for kind, low, high, start, end in SequenceMatcher(None, ours, theirs).get_opcodes():
        if kind == "equal":
            found += _around(ours[low:high], at_start=not found, at_end=high == len(ours))
        else:
            found += [Line("gone", line) for line in ours[low:high]]
            found += [Line("new", line) for line in theirs[start:end]]
    return found


def _around(lines: list[str], *, at_start: bool, at_end: bool) -> list[Line]:
    if len(lines) <= 4:
        return [Line("same", line) for line in lines]
    head = [] if at_start else lines[:2]
    tail = [] if at_end else lines[-2:]
    left = len(lines) - len(head) - len(tail)
    skipped = [Line("skip", str(left))] if left else []
    return [*(Line("same", one) for one in head), *skipped, *(Line("same", one) for one in tail)]


def _lines(text: str | None) -> list[str]:
    kept = (text or "")[:LETTERS].splitlines()
    return [line.rstrip() for line in kept[:LINES]]


def is_cut(text: str | None) -> bool:
    """Whether more was said than is compared."""
    return text is not None and (len(text) > LETTERS or text.count("\n") >= LINES)
