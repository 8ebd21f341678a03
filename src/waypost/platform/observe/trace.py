"""Which trace the running task belongs to: one id from the outside's first word to the last job that follows from it.

A trace is told as a W3C `traceparent` (`00-{trace}-{span}-{flags}`): it stands in every job row and its trace id in
every log line, whether or not spans are recorded (see `tracing`).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from secrets import token_hex

from structlog.contextvars import bound_contextvars

SAMPLED, SILENT = "01", "00"
_FORM = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")

_current: ContextVar[str | None] = ContextVar("waypost_traceparent", default=None)
_of_ids: ContextVar[Mapping[str, str] | None] = ContextVar("waypost_traces_of_ids", default=None)


def current() -> str | None:
    """The traceparent of what runs here."""
    return _current.get()


def well_formed(traceparent: str | None) -> str | None:
    """What was said by a caller, when it is a traceparent of the one known version."""
    return traceparent if traceparent and _FORM.fullmatch(traceparent) else None


def trace_id(traceparent: str) -> str:
    """Its 32 hexadecimal digits."""
    return traceparent[3:35]


def fresh(flags: str = SILENT) -> str:
    """The first word of a new trace."""
    return f"00-{token_hex(16)}-{token_hex(8)}-{flags}"


def of_fact(payload: Mapping[str, object]) -> str | None:
    """The trace that a fact told here belongs to: in a batch that of the job which carries one of its ids."""
    traces = _of_ids.get()
    if traces:
        for name, value in payload.items():
            if name.endswith("_id") and isinstance(value, str) and value in traces:
                return traces[value]
    return _current.get()


@contextmanager
def within(traceparent: str, of_ids: Mapping[str, str] | None = None) -> Iterator[None]:
    """The block belongs to this trace; `of_ids` are the traces of a batch by the ids in its payloads."""
    here, ids = _current.set(traceparent), _of_ids.set(of_ids)
    try:
        with bound_contextvars(trace_id=trace_id(traceparent)):
            yield
    finally:
        _current.reset(here)
        _of_ids.reset(ids)
