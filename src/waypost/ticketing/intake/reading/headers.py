"""A header block: found, unfolded, looked up in any letter case (RFC 5322 section 2.2)."""

import re
from dataclasses import dataclass, field

from waypost.ticketing.intake.reading.charsets import decode
from waypost.ticketing.intake.reading.cleaning import clean_line
from waypost.ticketing.intake.reading.encoded_words import decode_words
from waypost.ticketing.intake.reading.limits import Limits, Unreadable

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_BLANK = re.compile(rb"[ \t]*\r?(?:\n|\Z)")
_LINE = re.compile(rb"[^\n]*(?:\n|\Z)")
_FOLD = re.compile(rb"\r?\n")
_WELL_KNOWN = re.compile(
    rb"(?i)(?:From|To|Cc|Subject|Date|Message-ID|MIME-Version|Received|Return-Path|Reply-To|References|In-Reply-To"
    rb"|Content-(?:Type|Transfer-Encoding|Disposition))[ \t]*:"
)
_JUNK_LINES = 50


@dataclass(frozen=True, slots=True)
class Headers:
    """Names as received with raw, unfolded values, in order."""

    fields: tuple[tuple[str, str], ...] = ()
    _index: dict[str, list[str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.fields:
            self._index.setdefault(name.lower(), []).append(value)

    def every(self, name: str) -> list[str]:
        """Raw values under a lower-case name, encoded words still in them."""
        return self._index.get(name, [])

    def first(self, name: str) -> str:
        """The first raw value or an empty string: of repeated headers the first one counts."""
        return next(iter(self.every(name)), "")

    def text(self, name: str, notes: list[str]) -> str | None:
        """The first value as people read it, or None without such a header or with an empty one."""
        return clean_line(decode_words(self.first(name), notes)) or None


def read_headers(raw: bytes, start: int, end: int, limits: Limits, notes: list[str]) -> tuple[Headers, int]:
    """The header block at `start` and where its body begins.

    Lines that are no header are skipped while well-known headers still follow; otherwise they begin the body,
    as in mail whose blank line was lost. Refuses a block above `limits.header_bytes` or `limits.line_limit`.
    """
    fields: list[tuple[str, str]] = []
    position = start
    while position < end and not (blank := _BLANK.match(raw, position, end)):
        if match := _FIELD.match(raw, position, end):
            fields.append((match[1].decode("ascii"), _value(match[2], notes)))
            position = match.end()
        elif (further := _next_header(raw, position, end)) is not None:
            position = further
        else:
            notes.append("no blank line between headers and text")
            return Headers(tuple(fields)), position
        _check(position - start, len(fields), limits)
    return Headers(tuple(fields)), blank.end() if position < end and blank else end


def _next_header(raw: bytes, position: int, end: int) -> int | None:
    """Where, below a line that is no header, a well-known one still stands in the same block."""
    for _ in range(_JUNK_LINES):
        line = _LINE.match(raw, position, end)
        position = line.end() if line else end
        if position >= end or _BLANK.match(raw, position, end):
            return None
        if _WELL_KNOWN.match(raw, position, end):
            return position
    return None


def _check(size: int, count: int, limits: Limits) -> None:
    if size > limits.header_bytes:
        raise Unreadable("A header block is larger than we read.", "header_bytes")
    if count > limits.line_limit:
        raise Unreadable("A header block has more lines than we read.", "line_limit")


def _value(raw: bytes, notes: list[str]) -> str:
    """One line; bytes above ASCII are not allowed in headers but sent all the same."""
    line = _FOLD.sub(b"", raw).strip()
    if line.isascii() and b"\x1b$" not in line:
        return line.decode("ascii")
    return decode(line, "utf-8" if b"\x1b$" not in line else "iso-2022-jp", notes)
