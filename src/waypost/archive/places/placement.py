"""What is put where: the nouns that the ways of keeping files share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Placing:
    """Where an origin wants its record: `<root>/<user>/<segments…>/<file>`, raw, before the path policy judged it."""

    user: str
    segments: tuple[str, ...]
    number: str
    """The case's number, for `{ticket_number}`."""
    names: tuple[str, ...] = ()
    """Set by `Shelf.claim`: the folders' names, the user's first, where others took the usual ones."""
    mark: str = ""
    """Set by `Shelf.claim`: tells the file's name from an equal one of another case."""
    ref: str = ""
    """The case's id at its origin, for the staging folder's name; "" takes the number."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file to be kept. `name` is relative to the record's folder and already safe (path policy)."""

    name: str
    content: bytes
    role: Literal["pdf", "attachment", "snapshot", "sidecar"] = "attachment"


@dataclass(frozen=True, slots=True)
class Stored:
    """What stands now: path below the root (POSIX, relative) of every part, by the part's name, and its SHA-256 hex."""

    folder: str
    """Relative to the root; "" is the root itself."""
    paths: Mapping[str, str]
    sha256: Mapping[str, str]
    locked_until: str | None = None
    """ISO 8601 where object lock guards it."""
