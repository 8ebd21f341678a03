"""`value; name=text; name*0*=charset'language'text` of Content-Type and Content-Disposition (RFC 2045, RFC 2231)."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from waypost.ticketing.intake.reading.charsets import decode
from waypost.ticketing.intake.reading.cleaning import clean_line
from waypost.ticketing.intake.reading.encoded_words import decode_words

_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^;]*))')
_ESCAPE = re.compile(r'\\(["\\])')  # other backslashes are part of a Windows path
_KEY = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Parameterised:
    """A header value, lower-case, and its parameters by lower-case name."""

    value: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Spelling:
    """All ways in which one parameter was given."""

    plain: str | None = None
    pieces: dict[int, tuple[str, bool]] = field(default_factory=dict)


def read_parameters(raw: str, notes: list[str]) -> Parameterised:
    """Read a raw header value; the RFC 2231 form of a parameter wins over its plain form."""
    raw = raw[:_LONGEST]
    spellings: dict[str, _Spelling] = {}
    for match in _PARAMETER.finditer(raw):
        _note_spelling(spellings, match)
    value = raw.partition(";")[0].strip().lower()
    return Parameterised(value, {name: _settle(s, notes) for name, s in spellings.items()})


def _note_spelling(spellings: dict[str, _Spelling], match: re.Match[str]) -> None:
    key = _KEY.fullmatch(match[1])
    text = _ESCAPE.sub(r"\1", match[2]) if match[2] is not None else (match[3] or "").strip()
    if key is None:
        return
    spelling = spellings.setdefault(key[1].lower(), _Spelling())
    if key[2] or key[3]:
        spelling.pieces.setdefault(int(key[2] or 0), (text, bool(key[3])))
    elif spelling.plain is None:
        spelling.plain = text


def _settle(spelling: _Spelling, notes: list[str]) -> str:
    joined = _joined(spelling.pieces, notes) if spelling.pieces else ""
    return clean_line(joined or decode_words(spelling.plain or "", notes))


def _joined(pieces: dict[int, tuple[str, bool]], notes: list[str]) -> str:
    """Continuations in order of their numbers; percent-encoded ones share the charset the first one names."""
    ordered = [pieces[number] for number in sorted(pieces)]
    charset, content = None, b""
    for place, (text, encoded) in enumerate(ordered):
        if encoded and place == 0 and text.count("'") >= 2:
            charset, _, rest = text.split("'", 2)
            content += unquote_to_bytes(rest)
        else:
            content += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decode_words(decode(content, charset or None, notes), notes)
