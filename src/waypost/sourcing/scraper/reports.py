"""What is reported, written down: chunks of offers and the end of a run as they will travel, whenever that is. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from waypost.sourcing.scraper.store.spool import Report
from waypost.sourcing.scraper.targets import Paths
from waypost.sourcing.wire.canonical import canonical, payload_hash
from waypost.sourcing.wire.report import Completion, OfferChunk
from waypost.sourcing.wire.task import Task


def identified(task: Task, lease_token: int) -> dict[str, Any]:
    """What every event of a task carries."""
    return {
        "source_run_id": task.source_run_id,
        "source": task.source,
        "run_id": task.run_id,
        "trace_id": task.trace_id,
        "task_id": task.task_id,
        "dedupe_key": task.dedupe_key,
        "lease_token": lease_token,
    }


def chunk_report(paths: Paths, task: Task, row: int, lease_token: int, content: Mapping[str, Any]) -> Report:
    """A chunk under a fresh event id; `content` are the members of `OfferChunk` that it is about."""
    event_id = str(uuid4())
    chunk = OfferChunk(**identified(task, lease_token), event_id=event_id, **content)
    return _report(task, row, event_id, "ingest", paths.batch, "INGEST", chunk.written())


def end_report(paths: Paths, task: Task, row: int, lease_token: int, content: Mapping[str, Any]) -> Report:
    """The end under a fresh event id; `content` are the members of `Completion` that it is about."""
    event_id = str(uuid4())
    end = Completion(**identified(task, lease_token), event_id=event_id, **content)
    return _report(task, row, event_id, "complete", paths.complete, end.status, end.written())


def _report(task: Task, row: int, event_id: str, kind: str, path: str, word: str, body: dict[str, Any]) -> Report:
    """The hash that identifies the body is part of it; every delivery has the same request id."""
    digest = payload_hash(body)
    return Report(
        run_id=str(task.source_run_id),
        event_id=event_id,
        kind=kind,
        path=path,
        request_id=str(uuid4()),
        status_word=word,
        task_run_id=task.run_id or "",
        body=canonical(body | {"payloadHash": digest}),
        payload_hash=digest,
        trace_id=str(task.trace_id) if task.trace_id else None,
        task=row,
    )


def in_pieces(things: Sequence[Any], most: int) -> list[Sequence[Any]]:
    """Parts of at most so many."""
    return [things[start : start + most] for start in range(0, len(things), most)]
