"""The path policy: from what people typed to names that every file system takes. Pure.

The documented rules (raw checks, NFKD, `A-Za-z0-9._-`, the default filename) are kept as they were; beyond them no name
is one that Windows reserves, hides or cannot open, and none is longer than a file system allows, its suffixes included.
"""

import hashlib
import re
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from waypost.archive.places.refusals import PathRefused

PATTERN = "Ticket-{ticket_number}_{timestamp_utc}.pdf"
DEEPEST, LONGEST = 10, 64
"""Segments of `archive_path`, and characters of one, the user's included."""
NAME_BYTES = 255
SUFFIXES = len("_v999_p999-00000000.json")
"""What a name may still get: a version, a volume, a mark, the sidecar's ending."""
SPLIT = re.compile(r"[>/]")
FORBIDDEN = re.compile(r"[/\\\0]")
UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"|?*/\\]')
"""What no Windows name may hold."""
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)", re.IGNORECASE)
KNOWN = "{ticket_number}, {timestamp_utc}, {date_utc}"


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator may say about paths."""

    allow_prefixes: tuple[str, ...] | None = None
    """None: anything; empty: nothing."""
    pattern: str = PATTERN
    blank: str = "_"
    """What a run of blanks becomes."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A folder's name, and what it was made of."""

    name: str
    raw: str

    @property
    def lossy(self) -> bool:
        """Whether other words could have become the same name."""
        return self.name != self.raw


def folders(user: str, segments: Sequence[str], rules: Rules) -> tuple[Segment, ...]:
    """The record's folders, the user's first.

    Refuses (`PathRefused`) with the documented codes: `empty_archive_path`, `invalid_archive_path`, `path_validation`
    (the user's folder), `path_not_allowed`, `allow_prefixes_empty`.
    """
    if not segments:
        raise PathRefused("empty_archive_path", "The archive path is empty", "Give archive_path at least one part.")
    if len(segments) > DEEPEST:
        said = f"The archive path has {len(segments)} parts, at most {DEEPEST} are allowed"
        raise PathRefused("invalid_archive_path", said, "Shorten archive_path.")
    below = tuple(segment(one, "invalid_archive_path", rules) for one in segments)
    _allow(below, rules)
    return (segment(user, "path_validation", rules), *below)


def segment(raw: object, code: str, rules: Rules) -> Segment:
    """One folder's name; refuses with `code` what is no single name, before and after it was made safe."""
    if not isinstance(raw, str):
        raise PathRefused(code, "A part of the path is not text")
    _judge(raw, code)
    plain = sanitised(raw, rules.blank)
    _judge(plain, code)
    return Segment(fit(plain), raw)


def sanitised(raw: str, blank: str = "_") -> str:
    """The documented spelling: ASCII letters, digits and `._-`. Something never becomes nothing."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", raw) if not unicodedata.combining(one))
    plain = re.sub(r"\s+", blank, plain)
    plain = re.sub(r"_+", "_", re.sub(r"[^A-Za-z0-9._-]", "_", plain))
    return plain or ("_" if raw else "")


def fit(name: str) -> str:
    """The same for every file system: no leading dot or dash, no trailing dot or blank, no name Windows keeps."""
    name = re.sub(r"[. ]+$", "_", re.sub(r"^[.-]+", "_", name))
    name = RESERVED.sub(r"\1_", name, count=1) if RESERVED.match(name) else name
    return re.sub(r"_+", "_", name)


def hashed(name: str, *of: str) -> str:
    """The name with a short stable hash of `of`: for a name that another one has taken."""
    return f"{name[: LONGEST - 9]}-{short_hash(*of)}"


def short_hash(*of: str) -> str:
    """Eight hex digits; equal words in another Unicode form give the same."""
    text = "\0".join(unicodedata.normalize("NFC", one) for one in of)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def filename(number: str, moment: datetime, rules: Rules) -> tuple[str, str]:
    """The PDF's name as stem and ending (`.pdf`, or "" where the pattern has none); the date is that of UTC.

    Refuses with `invalid_filename`.
    """
    date = moment.astimezone(UTC).strftime("%Y-%m-%d")
    values = {"ticket_number": sanitised(number, rules.blank), "timestamp_utc": date, "date_utc": date}
    name = _filled(rules.pattern, values)
    if not name or name in (".", "..") or UNFIT.search(name) or name != _openable(name):
        raise PathRefused("invalid_filename", "The file name is empty or not allowed", "Check filename_pattern.")
    if len(name.encode()) + SUFFIXES > NAME_BYTES:
        raise PathRefused("invalid_filename", "The file name is too long", "Shorten filename_pattern.")
    stem, dot, ending = name.rpartition(".")
    return (stem, f".{ending}") if dot and ending.lower() == "pdf" else (name, "")


def _openable(name: str) -> str:
    return name.strip(" ").rstrip(".") if not RESERVED.match(name) and name[:1] not in (".", "-") else ""


def attachment_name(article_id: str, attachment_id: str | None, name: str, *, mark: str = "") -> str:
    """`attachments/<article>_<attachment or 0>_<name or bin>`, made safe and short; the ending survives a cut."""
    whole = fit(sanitised(f"{article_id}_{attachment_id or 0}_{name or 'bin'}"))
    stem, dot, ending = whole.rpartition(".")
    if not dot or len(ending) > 16:
        stem, dot, ending = whole, "", ""
    tail = f"-{mark}{dot}{ending}" if mark else f"{dot}{ending}"
    room = NAME_BYTES - SUFFIXES - len(tail)
    if len(stem) > room:
        stem = f"{stem[: room - 9]}-{short_hash(whole)}"
    return f"attachments/{fit(stem + tail)}"


def check_pattern(pattern: str) -> str:
    """The pattern itself, when it can make a name; raises ValueError with a sentence for the operator."""
    try:
        filename("1" * 12, datetime(2026, 1, 2, tzinfo=UTC), Rules(pattern=pattern))
    except PathRefused as refused:
        raise ValueError(f"{refused.detail}; it may hold {KNOWN}") from None
    return pattern


def _filled(pattern: str, values: dict[str, str]) -> str:
    try:
        parts = list(string.Formatter().parse(pattern))
        return "".join(text + (values[name] if name is not None else "") for text, name, _, _ in parts)
    except (KeyError, ValueError) as wrong:
        raise PathRefused("invalid_filename", f"The file name's pattern cannot be filled ({wrong})") from None


def _judge(name: str, code: str) -> None:
    if not name or name in (".", "..") or FORBIDDEN.search(name):
        raise PathRefused(code, "A part of the path is empty, a dot name, or holds a separator")
    if len(name) > LONGEST:
        raise PathRefused(code, f"A part of the path has more than {LONGEST} characters")


def _allow(below: Sequence[Segment], rules: Rules) -> None:
    if rules.allow_prefixes is None:
        return
    if not rules.allow_prefixes:
        raise PathRefused("allow_prefixes_empty", "No archive path is allowed: allow_prefixes is empty")
    names = [one.name for one in below]
    for prefix in rules.allow_prefixes:
        wanted = [fit(sanitised(part.strip(), rules.blank)) for part in SPLIT.split(prefix) if part.strip()]
        if wanted and names[: len(wanted)] == wanted:
            return
    raise PathRefused("path_not_allowed", "This archive path is not among the allowed ones", "See allow_prefixes.")
