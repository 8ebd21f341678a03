"""Why an attempt failed, said without parameters, personal data or secrets, and in one form for all that fail alike."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType, TracebackType

from sqlalchemy.exc import DBAPIError

from waypost.platform.errors import Refusal
from waypost.platform.observe.faults import SPEAKS_OF_VALUES

LONGEST = 200

_VEILED = (
    (re.compile(r"""(["'`])(?:(?!\1).)*\1?"""), "…"),
    (re.compile(r"\w+://\S+"), "<url>"),
    (re.compile(r"\S+@\S+"), "<address>"),
    (re.compile(r"[\w+/=-]{20,}"), "<token>"),
    (re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}"), "<id>"),
    (re.compile(r"\d+"), "<n>"),
)


@dataclass(frozen=True, slots=True)
class Cause:
    """What the dead-letter page shows and groups by."""

    error: str
    """Error class and a short message in which every value is veiled."""
    frame: str | None
    """The innermost place in our own code: `module:function:line`."""
    fingerprint: str
    """Equal for equal error class, message and place, whatever the line: survives an edit elsewhere in the file."""


def cause_of(error: BaseException, home: str) -> Cause:
    """The cause of `error` raised by a handler that lives in module `home`."""
    frame = next(iter(own_frames(error, home)), None)
    said = _said(error)
    place = frame.rpartition(":")[0] if frame else ""
    return Cause(said, frame, _digest(f"{said}|{place}"))


def plain_cause(said: str) -> Cause:
    """A cause of the engine's own, such as an expired lease."""
    return Cause(said, None, _digest(said))


def own_frames(error: BaseException, home: str) -> Iterator[str]:
    """Places in our own code (Waypost or the handler's package), innermost first; no values, no source lines."""
    ours = {"waypost", home.partition(".")[0]}
    places = [(frame, line) for frame, line in _walk(error.__traceback__) if _package(frame) in ours]
    for frame, line in reversed(places):
        yield f"{frame.f_globals.get('__name__')}:{frame.f_code.co_name}:{line}"


def veiled(message: str) -> str:
    """The first line of a message with quoted texts, addresses, links, tokens and numbers replaced."""
    text = "".join(c if c.isprintable() else " " for c in message.strip().partition("\n")[0])
    for pattern, instead in _VEILED:
        text = pattern.sub(instead, text)
    return text[:LONGEST]


def _said(error: BaseException) -> str:
    if isinstance(error, Refusal):
        return f"{type(error).__name__}: {error.title()}"
    if isinstance(error, DBAPIError):
        return _said_by_database(error)
    speaks_of_values = type(error).__module__.partition(".")[0] in SPEAKS_OF_VALUES
    message = "" if speaks_of_values else veiled(str(error))
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _said_by_database(error: DBAPIError) -> str:
    """PostgreSQL's messages quote the rows they complain about: only class, SQLSTATE and constraint are kept."""
    diagnosis = getattr(error.orig, "diag", None)
    state = getattr(error.orig, "sqlstate", None)
    names = [state and f"SQLSTATE {state}", diagnosis and diagnosis.constraint_name]
    known = ", ".join(name for name in names if name)
    return f"{type(error.orig).__name__} ({known})" if known else type(error.orig).__name__


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _walk(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
