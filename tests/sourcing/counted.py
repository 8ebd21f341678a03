"""How many questions a stretch of a test asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def counted(engine: AsyncEngine) -> Iterator[list[str]]:
    """The statements that go out over an engine, in their order."""
    said: list[str] = []

    def heard(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", heard)
