"""The doors of a running scraper: what they take, what they refuse, and in which words (sourcing.md 1.8)."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.sourcing.scraper.far_side import FarSide, far_side
from tests.sourcing.scraper.process import TOKEN, Scraper, task, until
from waypost.platform.product import product_version

ORIGIN = "https://desk.example"


@pytest.fixture(scope="module")
def side() -> Iterator[FarSide]:
    """One API for this file."""
    with far_side() as open_side:
        yield open_side


@pytest.fixture(scope="module")
def door(side: FarSide, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraper]:
    """One scraper for this file: one task at once, one that waits."""
    limits = {"WORKER_MAX_CONCURRENT_TASKS": "1", "WORKER_MAX_QUEUE_SIZE": "1", "WORKER_MAX_BODY_BYTES": "2048"}
    folder = tmp_path_factory.mktemp("scraper")
    with Scraper(folder, side.url, limits | {"WORKER_ALLOWED_ORIGINS": ORIGIN}) as running:
        yield running


@pytest.fixture(autouse=True)
def is_idle(door: Scraper) -> Iterator[None]:
    """Each test finds an empty queue."""
    yield
    assert until(lambda: queue(door) == (0, 0)), door.log


def queue(door: Scraper) -> tuple[int, int]:
    found = door.ask("GET", "/health", token=None).json()["queue"]
    return found["queued"], found["active"]


def test_health_tells_strangers_how_it_stands_and_nothing_secret(door: Scraper) -> None:
    told = door.ask("GET", "/health", token=None).json()
    release = {"version", "sha", "ref", "created_at"}
    assert told.keys() == release | {"ok", "queue", "policy", "deadLetters", "draining", "lastTaskAt"}
    assert (told["version"], told["sha"]) == (product_version(), None)
    assert told["queue"].keys() == {"queued", "active", "maxConcurrent", "maxQueueSize", "taskTimeoutMs"}
    assert told["policy"].keys() == {
        "queueProvider",
        "maxConcurrentTasks",
        "maxQueueSize",
        "taskTimeoutMs",
        "detailConcurrency",
        "detailDelayMs",
        "browserFallbackConcurrency",
        "browserFallbackCooldownMs",
        "browserFallbackMaxCount",
        "browserFallbackBudgetMs",
        "outputStorageBackend",
        "outputMode",
        "outputRawSampleLimit",
    }
    assert told["deadLetters"] == {"count": 0, "oldestAgeSec": None}
    assert TOKEN not in json.dumps(told)


@pytest.mark.parametrize("path", ["/tasks", "/scrape", "/callbacks/replay"])
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"])
def test_nobody_comes_in_without_the_token(door: Scraper, path: str, header: str | None) -> None:
    answer = door.ask("POST", path, token=None, headers={"authorization": header} if header else {}, json=task())
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"taskSchemaVersion": "2"}, "taskSchemaVersion"),
        ({"source": ""}, "source"),
        ({"source": None}, "source"),
        ({"sourceRunId": "run-1"}, "sourceRunId"),
        ({"traceId": "x"}, "traceId"),
        ({"taskId": ""}, "taskId"),
        ({"taskId": "x" * 129}, "taskId"),
        ({"dedupeKey": "short"}, "dedupeKey"),
        ({"taskTimeoutMs": 999}, "taskTimeoutMs"),
        ({"dispatchDeadlineMs": "soon"}, "dispatchDeadlineMs"),
        ({"leaseExpiresAt": "tomorrow"}, "leaseExpiresAt"),
        ({"limit": 101}, "limit"),
        ({"limit": 0}, "limit"),
        ({"adaptiveQueryWindow": {"min": 0, "max": 5}}, "adaptiveQueryWindow.min"),
        ({"callbackUrl": "https://evil.example/api/job-sources/complete"}, "callbackUrl"),
        ({"heartbeatUrl": "http://127.0.0.1:1/api/job-sources/runs/x/heartbeat"}, "heartbeatUrl"),
        ({"ingestUrl": "ftp://127.0.0.1/offers"}, "ingestUrl"),
    ],
)
def test_a_task_that_does_not_fit_is_told_where(door: Scraper, change: dict[str, Any], field: str) -> None:
    answer = door.ask("POST", "/tasks", json=task() | change, headers={"x-request-id": "req-7"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["requestId"] == "req-7"
    assert [each["field"] for each in answer.json()["details"]] == [field]


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"task"', '{"name":"other","payload":{}}', "[" * 100_0, "\x00"]
)
def test_malformed_json_is_the_callers_fault(door: Scraper, body: str) -> None:
    answer = door.ask("POST", "/tasks", content=body)
    assert answer.status_code == 400 and answer.json().keys() == {"error", "details", "requestId"}


def test_an_envelope_and_a_bare_legacy_task_are_taken(door: Scraper, side: FarSide) -> None:
    run_id = str(uuid4())
    enveloped = {"name": "scrape:source", "payload": task(run_id) | {"callbackToken": "must not be kept"}}
    assert door.ask("POST", "/scrape", json=enveloped).json()["status"] == "accepted"
    assert until(lambda: side.ends(run_id))
    legacy = door.ask("POST", "/tasks", json={"source": "board"})
    assert (legacy.status_code, legacy.json()["status"]) == (202, "accepted")
    assert b"must not be kept" not in b"".join(path.read_bytes() for path in door.folder.glob("scraper.sqlite*"))


def test_a_full_queue_says_so_and_when_to_come_back(door: Scraper, side: FarSide) -> None:
    first, second, third = (str(uuid4()) for _ in range(3))
    gate = door.folder / "gate-1"
    assert door.hand(first, script={"offers": 1, "hold": str(gate)}).status_code == 202
    assert door.hand(second).status_code == 202
    full = door.hand(third)
    assert full.status_code == 429
    assert 5 <= int(full.headers["retry-after"]) <= 300
    told = full.json()
    assert (told["ok"], told["status"], told["reason"]) == (False, "rejected", "Queue is full")
    assert told["queue"]["queued"] + told["queue"]["active"] == 2
    assert third in {line["source_run_id"] for line in door.lines() if line["event"] == "scraper.queue_full"}
    gate.touch()
    assert until(lambda: side.ends(first) and side.ends(second))
    assert door.hand(third).json()["status"] == "accepted", "a refused task left no lease behind"
    assert until(lambda: side.ends(third))


def test_a_run_that_is_here_already_is_a_duplicate_and_a_newer_lease_is_taken_over(
    door: Scraper, side: FarSide
) -> None:
    run_id = str(uuid4())
    gate = door.folder / "gate-2"
    assert door.hand(run_id, script={"offers": 2, "hold": str(gate)}, taskId="task-1").status_code == 202
    again = door.hand(run_id, taskId="task-1")
    assert again.status_code == 202
    told = again.json()
    assert (told["status"], told["reason"]) == ("duplicate", "active-task-execution")
    assert (told["activeTaskId"], "leaseExpiresAt" in told) == ("task-1", True)
    assert door.hand(run_id, leaseToken=3).json()["status"] == "duplicate"
    gate.touch()
    assert until(lambda: side.ends(run_id))
    (end,) = [call.body for call in side.of("complete") if call.body["sourceRunId"] == run_id]
    assert (end["leaseToken"], end["status"]) == (3, "COMPLETED")
    assert door.hand(run_id, leaseToken=3).json()["status"] == "duplicate", "its end is under way or was taken"
    assert door.hand(run_id, leaseToken=4).json()["status"] == "accepted"
    assert until(lambda: len(side.ends(run_id)) == 2)


def test_a_body_that_is_too_large_gets_a_real_413(door: Scraper) -> None:
    answer = door.hand(script={"padding": "x" * 3_000})
    assert (answer.status_code, answer.json()["error"]) == (413, "The request body is too large")
    big = b"x" * 5_000_000
    with socket.create_connection(("127.0.0.1", door.port), 10) as raw:
        head = f"POST /tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\ncontent-length: {len(big)}\r\n\r\n"
        raw.sendall(head.encode() + big)
        assert raw.recv(64).startswith(b"HTTP/1.1 413 ")


def test_scripts_of_named_origins_may_call(door: Scraper) -> None:
    allowed = door.ask("OPTIONS", "/tasks", token=None, headers={"origin": ORIGIN})
    assert (allowed.status_code, allowed.content) == (204, b"")
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert allowed.headers["access-control-allow-methods"] == "GET,POST,OPTIONS"
    assert allowed.headers["access-control-allow-headers"] == "Authorization, Content-Type, X-Request-Id"
    assert allowed.headers["access-control-max-age"] == "3600"
    foreign = door.ask("OPTIONS", "/anything", token=None, headers={"origin": "https://evil.example"})
    assert (foreign.status_code, "access-control-allow-origin" in foreign.headers) == (204, False)
    assert door.ask("GET", "/health", headers={"origin": ORIGIN}).headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/tasks"), ("POST", "/health"), ("PUT", "/x")])
def test_anything_else_is_not_there(door: Scraper, method: str, path: str) -> None:
    answer = door.ask(method, path)
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


def test_figures_are_prometheus_text(door: Scraper) -> None:
    text = door.ask("GET", "/metrics", token=None).text
    assert "waypost_scraper_queued_tasks 0.0" in text and "waypost_scraper_dead_letters 0.0" in text


def test_a_deployment_can_be_tried_without_a_run(side: FarSide, tmp_path: Path) -> None:
    quietly = {"WORKER_SMOKE_ACCEPT_ONLY": "true", "WORKER_LOG_LEVEL": "error"}
    with Scraper(tmp_path, side.url, quietly) as smoke:
        run_id = str(uuid4())
        told = smoke.hand(run_id).json()
        assert (told["status"], told["smokeAcceptOnly"], told["sourceRunId"]) == ("accepted", True, run_id)
        assert smoke.ask("GET", "/health").json()["lastTaskAt"] is None
        assert smoke.ask("POST", "/tasks", token="another", json=task()).status_code == 401
        assert smoke.log == "", "a warning is less than an error"


def test_no_line_of_the_log_holds_a_secret_or_a_body(door: Scraper, side: FarSide) -> None:
    run_id, expected = str(uuid4()), {"scraper.task_ended", "scraper.callback", "scraper.refused"}
    assert door.hand(run_id, script={"offers": 1}).status_code == 202
    assert door.ask("POST", "/tasks", token="another", json=task()).status_code == 401
    assert until(lambda: side.ends(run_id))
    assert until(lambda: expected <= {line["event"] for line in door.lines()}), door.log
    assert TOKEN not in door.log and "Position 0" not in door.log
    ended = next(line for line in door.lines() if line["event"] == "scraper.task_ended")
    assert {"source_run_id", "trace_id", "task_id", "request_id"} <= ended.keys()
