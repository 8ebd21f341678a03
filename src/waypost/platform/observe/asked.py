"""Spans for what the database is asked: operation and table, below the span that asks; never values, never the text."""

import re
from typing import Any

from opentelemetry import trace as otel
from opentelemetry.trace import SpanKind, Status, StatusCode
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

SYSTEM = "postgresql"
_WORDS = re.compile(r"\b(select|insert|update|delete|with)\b", re.IGNORECASE)
_TABLE = re.compile(r"\b(?:from|into|update|join)\s+([a-z_]+)", re.IGNORECASE)


def watch(engine: AsyncEngine, tracer: otel.Tracer) -> None:
    """Tell a span for each statement of this engine that is asked within a recorded span."""

    def before(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        if context is None or not otel.get_current_span().is_recording() or statement.startswith("SET LOCAL"):
            return
        said = summary(statement)
        about = {"db.system.name": SYSTEM, "db.query.summary": said, "db.operation.name": said.partition(" ")[0]}
        context.waypost_span = tracer.start_span(said, kind=SpanKind.CLIENT, attributes=about)

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", _after)
    event.listen(engine.sync_engine, "handle_error", _failed)


def summary(statement: str) -> str:
    """`SELECT tickets`: the first verb and the first table."""
    verb, table = _WORDS.search(statement), _TABLE.search(statement)
    return " ".join(filter(None, (verb and verb[1].upper(), table and table[1]))) or "SET"


def _after(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _many: bool) -> None:
    span = getattr(context, "waypost_span", None)
    if span is not None:
        span.end()


def _failed(told: Any) -> None:
    span = getattr(told.execution_context, "waypost_span", None)
    if span is not None:
        span.set_attribute("error.type", type(told.original_exception).__name__)
        span.set_status(Status(StatusCode.ERROR))
        span.end()
