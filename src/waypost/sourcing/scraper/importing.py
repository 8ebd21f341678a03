"""Dead letters that an earlier scraper left as files (sourcing.md 2.5): taken over once, their tokens thrown away."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from waypost.platform.observe import logs
from waypost.sourcing.scraper.store import Store, spool
from waypost.sourcing.scraper.store.spool import Report
from waypost.sourcing.scraper.targets import Home
from waypost.sourcing.wire.canonical import DELIVERY, canonical, payload_hash

ROUTES = ("/complete", "/offers", "/offers/batch")
LARGEST = 20_000_000

_log = logs.line("waypost.sourcing.scraper.importing")


class NoLetter(ValueError):
    """This file is no dead letter."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One file as values; the token in it is not among them."""

    report: Report
    reason: str
    created_at: float


@dataclass(slots=True)
class Imported:
    """What became of the files of a folder."""

    taken: int = 0
    unreadable: list[str] = field(default_factory=list)


async def take_over(store: Store, folder: Path, home: Home, now: float) -> Imported:
    """Every file of the folder becomes an entry, and goes; what cannot be read stays where it is."""
    result = Imported()
    for path in await asyncio.to_thread(_files, folder):
        try:
            letter = read(path.name, await asyncio.to_thread(path.read_bytes), home, now)
        except (OSError, ValueError) as error:
            _log.warning("scraper.letter_unreadable", file=path.name, reason=type(error).__name__)
            result.unreadable.append(path.name)
            continue
        await store.ask(lambda db, it=letter: spool.put_dead(db, it.report, it.reason, it.created_at, now))  # type: ignore[misc]  # a default binds the loop's value
        await asyncio.to_thread(path.unlink)
        result.taken += 1
    return result


def read(name: str, content: bytes, home: Home, now: float) -> Letter:
    """The file's entry, or `NoLetter`. Its event id, where it has none, follows from its name and content."""
    if len(content) > LARGEST:
        raise NoLetter("too large")
    record = _object(json.loads(content))
    payload = _object(record.get("payload"))
    run_id, path = str(payload.get("sourceRunId") or ""), home.path_of(str(record.get("callbackUrl") or ""))
    if not run_id or not path.endswith(ROUTES):
        raise NoLetter("no run, or no route")
    kind = "complete" if path.endswith("/complete") else "ingest"
    body = {key: value for key, value in payload.items() if key not in DELIVERY}
    event_id = str(body.setdefault("eventId", str(uuid5(NAMESPACE_URL, f"{name}/{payload_hash(body)}"))))
    digest = payload_hash(body)
    report = Report(
        run_id=run_id,
        event_id=event_id,
        kind=kind,
        path=path,
        request_id=str(record.get("requestId") or event_id),
        status_word="INGEST" if kind == "ingest" else str(body.get("status") or "COMPLETED"),
        task_run_id=str(body.get("runId") or ""),
        body=canonical(body | {"payloadHash": digest}),
        payload_hash=digest,
        trace_id=str(body["traceId"]) if body.get("traceId") else None,
    )
    return Letter(report, str(record.get("reason") or "imported")[:200], _moment(record.get("createdAt"), now))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json")) if folder.is_dir() else []


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise NoLetter("no object")
    return dict(value)


def _moment(text: object, now: float) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return now
