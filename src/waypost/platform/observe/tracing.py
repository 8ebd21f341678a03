"""Recording spans, or not: the rest of the house talks to this small face, and a house without traces loads nothing.

Attributes hold ids, templates, classes and counts: no address, subject, query or message of an error.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.observe import trace
from waypost.platform.observe.settings import ObserveSettings

Attributes = Mapping[str, str | int | float | bool]


class Span(Protocol):
    """One piece of work within a trace."""

    @property
    def traceparent(self) -> str:
        """What follows from it continues here."""
        ...

    def note(self, **attributes: str | int | float | bool) -> None:
        """Say more about it; a double underscore in a name stands for a dot."""
        ...

    def called(self, name: str) -> None:
        """It has a better name by now."""
        ...

    def failed(self, kind: str) -> None:
        """It came to nothing, for an error of this class."""
        ...

    def end(self) -> None:
        """It is over; only for spans from `begin`."""
        ...


class Tracer(Protocol):
    """Makes spans. `parent` None begins a new trace; `links` are traceparents of other traces that led here."""

    def begin(self, name: str, parent: str | None, kind: str, links: Sequence[str], about: Attributes) -> Span:
        """A span that somebody ends."""
        ...

    def lasting(
        self, name: str, parent: str | None, kind: str, links: Sequence[str], about: Attributes
    ) -> AbstractContextManager[Span]:
        """A span for as long as a block lasts; what the database is asked meanwhile is told below it."""
        ...

    def watch(self, engine: AsyncEngine) -> None:
        """Tell what this engine is asked."""
        ...

    def close(self) -> None:
        """Send what is left."""
        ...


@dataclass(slots=True)
class _Unrecorded:
    traceparent: str

    def note(self, **attributes: str | int | float | bool) -> None:
        """Nobody listens."""

    def called(self, name: str) -> None:
        """Nobody listens."""

    def failed(self, kind: str) -> None:
        """Nobody listens."""

    def end(self) -> None:
        """Nothing is held."""


class Silent:
    """Traces have ids, and nothing is recorded."""

    def begin(self, name: str, parent: str | None, kind: str, links: Sequence[str], about: Attributes) -> Span:
        """The parent's own place in its trace, or the first word of a new one."""
        return _Unrecorded(parent or trace.fresh())

    @contextmanager
    def lasting(
        self, name: str, parent: str | None, kind: str, links: Sequence[str], about: Attributes
    ) -> Iterator[Span]:
        """The same for a block."""
        yield _Unrecorded(parent or trace.fresh())

    def watch(self, engine: AsyncEngine) -> None:
        """Nobody listens."""

    def close(self) -> None:
        """Nothing is held."""


@dataclass(slots=True)
class _Process:
    tracer: Tracer


_silent: Tracer = Silent()
_process = _Process(_silent)


def tracer() -> Tracer:
    """Whoever makes the spans of this process."""
    return _process.tracer


@dataclass(slots=True)
class Tracing:
    """Whether this process records spans and why: `disabled`, `missing_endpoint`, `dependency_missing`, `enabled`."""

    enabled: bool
    reason: str
    excluded: re.Pattern[str] | None = None
    """A pattern of addresses that get no span."""
    _own: Tracer | None = field(default=None, repr=False)

    @classmethod
    def off(cls) -> "Tracing":
        """Nobody asked for it."""
        return cls(False, "disabled")

    def close(self) -> None:
        """Send what is left and record no more."""
        if self._own is not None:
            self._own.close()
            _process.tracer = _silent if _process.tracer is self._own else _process.tracer
            self._own = None


def start(settings: ObserveSettings) -> Tracing:
    """Begin to record, when the settings ask for it and everything is there."""
    reason = _why_not(settings)
    if reason:
        return Tracing(False, reason)
    from waypost.platform.observe.otlp import exporting

    return use(exporting(settings), settings.otel_excluded)


def use(own: Tracer, excluded: re.Pattern[str] | None = None) -> Tracing:
    """Let this tracer record for the whole process, until its `close`."""
    _process.tracer = own
    return Tracing(True, "enabled", excluded, own)


def _why_not(settings: ObserveSettings) -> str:
    if not settings.enable_otel_tracing:
        return "disabled"
    if not settings.otel_endpoint.strip():
        return "missing_endpoint"
    needed = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
    return "" if all(_found(name) for name in needed) else "dependency_missing"


def _found(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
