"""Offers as a scraper sends them, and runs that find them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event

from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.sourcing.runs.models import Run
from waypost.sourcing.wire.offer import Offer

SOURCE = "fixture-board"


def offer(number: int = 1, **named: Any) -> Offer:
    """A whole offer; its number is that of the board."""
    told: dict[str, Any] = {
        "url": f"https://board.example/jobs/{number}",
        "title": f"Python developer {number}",
        "description": "We look after trains. " * 20,
        "source_id": str(number),
        "company": "Kolej Sp. z o.o.",
        "location": "Warszawa, mazowieckie",
        "salary": "12 000 – 18 000 zł brutto / mies.",
        "employment_type": "umowa o pracę",
        "requirements": ["Python", "SQL"],
        "details": {
            "technologies": {"required": ["Python", "PostgreSQL"], "niceToHave": ["AWS"]},
            "workModes": ["praca zdalna"],
            "positionLevels": ["starszy specjalista (Senior)"],
        },
        "raw_payload": {"page": number},
    }
    return Offer(**(told | named))


async def begin_run(work: Work, source: str = SOURCE) -> UUID:
    """A run of a source that is going."""
    run = Run(
        id=new_id(),
        source_slug=source,
        intent_fingerprint="f" * 64,
        trace_id=new_id(),
        status="RUNNING",
        last_signal_at=work.now,
        created_at=work.now,
    )
    work.db.add(run)
    await work.db.flush()
    return run.id


@contextmanager
def counted(work: Work) -> Iterator[list[str]]:
    """The statements that this work sends."""
    engine = work.db.get_bind()
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
