"""Logs: one line per request and per job on stderr, JSON for machines, colours for people; nothing personal in it.

Messages of libraries (the web server, the database driver) take the same way, so they are masked as well.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Protocol

import structlog
from structlog.typing import Processor

from waypost.platform.observe.faults import described
from waypost.platform.observe.masking import mask

TOO_TALKATIVE = ("uvicorn.access", "httpx", "httpx2", "httpcore", "asyncio", "python_multipart", "alembic")
"""Libraries that say at level info what our own lines say already, or that write addresses with their queries."""


class Line(Protocol):
    """What may be said to a logger here: an event in dotted words and values by name."""

    def info(self, event: str, **values: Any) -> Any:
        """Something ordinary happened."""

    def warning(self, event: str, **values: Any) -> Any:
        """Something needs an eye soon."""

    def error(self, event: str, **values: Any) -> Any:
        """Something failed."""


def line(name: str) -> Line:
    """The logger of a part, by the name its lines carry."""
    logger: Line = structlog.stdlib.get_logger(name)
    return logger


def configure(level: str = "info", form: str = "auto") -> None:
    """Set up logging for this process, once, before anything is logged; `form` is auto, json or console."""
    people = form == "console" or (form == "auto" and sys.stderr.isatty())
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(people))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _fault,
    ]


def _formatter(people: bool) -> logging.Formatter:
    """Masking stands last, so that no later step can bring back what it took away."""
    last: Processor = structlog.dev.ConsoleRenderer() if people else structlog.processors.JSONRenderer(sort_keys=True)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask, last],
    )


def _fault(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its description instead of a traceback with values in it."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else given[1] if isinstance(given, tuple) else sys.exception()
    if given and error is not None:
        event["fault"] = described(error)
    return event
