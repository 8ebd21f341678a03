"""A real scraper at a real board: it asks only with leave, reports as it reads, and goes on where it was killed."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.sourcing.scraper.far_side import SECRET, Answer, Call, FarSide, far_side
from tests.sourcing.scraper.process import TOKEN, Scraper, until
from tests.wire.board import Board

INTERVAL_MS = 40


class Grants:
    """The API's word on hosts: a slot every 40 ms, no stretch of time given away twice."""

    def __init__(self) -> None:
        self.free_at = datetime.now(UTC)

    def __call__(self, call: Call) -> Answer | None:
        """Answers heartbeats that want something."""
        if call.kind != "heartbeat":
            return None
        wanted = [host for host in call.body.get("hosts", ()) if host.get("wanted")]
        return 200, {}, {"ok": True, "status": "RUNNING", "budgets": [self.granted(host) for host in wanted]}

    def granted(self, host: dict[str, Any]) -> dict[str, Any]:
        """The next stretch."""
        first = max(self.free_at, datetime.now(UTC))
        self.free_at = first + host["wanted"] * timedelta(milliseconds=INTERVAL_MS)
        told = {"firstAt": first.isoformat(), "intervalMs": INTERVAL_MS, "slots": host["wanted"]}
        return {"host": host["host"], **told}


class RealScraper(Scraper):
    """`waypost scraper` itself instead of a script."""

    def start(self, **more: str) -> "RealScraper":
        """On a free port."""
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "waypost.cli", "scraper", "--port", str(self.port), "--data", str(self.folder)]
        environment = self._environment({"ALLOWED_PRIVATE_CIDRS": "127.0.0.0/8", **more})
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.folder)
        assert until(self._answers), self.log
        return self

    def _answers(self) -> bool:
        try:
            return self.ask("GET", "/health").status_code == 200
        except httpx2.TransportError:
            return False


@pytest.fixture
def far() -> Iterator[FarSide]:
    """An API that grants."""
    with far_side(Grants()) as side:
        yield side


@pytest.fixture
def board() -> Iterator[Board]:
    """Twelve positions on two pages."""
    with Board(count=12, per_page=6) as made:
        yield made
        made.stop()


def task_at(board: Board, run_id: str, **more: Any) -> dict[str, Any]:
    return board.task(limit=12, source_run_id=run_id, run_id=run_id, lease_token=1, **more).written()


def test_a_board_is_read_and_reported(far: FarSide, board: Board, tmp_path: Path) -> None:
    run_id = str(uuid4())
    with RealScraper(tmp_path, far.url) as scraper:
        answer = scraper.ask("POST", "/tasks", json=task_at(board, run_id))
        assert answer.status_code == 202, answer.text
        assert until(lambda: far.ends(run_id)), scraper.log
    (end,) = far.of("complete")
    assert (end.body["status"], end.body["scrapedCount"]) == ("COMPLETED", 12), end.body
    assert end.body["diagnostics"]["artifacts"]["rawPages"]["count"] == 5
    found = far.offers(run_id)
    assert len(found) == 12 and {len(events) for events in found.values()} == {1}
    assert sum(board.gaps()) >= len(board.gaps()) * INTERVAL_MS / 1_000 * 0.9
    assert {asked.agent for asked in board.log} == {
        f"Waypost/0.1 (+{far.url.removesuffix('/api/job-sources/complete')})"
    }
    assert TOKEN not in scraper.log and SECRET not in scraper.log


def test_a_killed_scraper_goes_on_where_it_was(far: FarSide, board: Board, tmp_path: Path) -> None:
    run_id = str(uuid4())
    board.trouble("/jobs/", seconds=0.05, through=True)
    with RealScraper(tmp_path, far.url) as scraper:
        scraper.ask("POST", "/tasks", json=task_at(board, run_id))
        assert until(lambda: len([path for path in board.paths() if path.count("/") > 1]) >= 6), scraper.log
        scraper.kill()
        before = len(board.log)
        scraper.start()
        assert until(lambda: far.ends(run_id)), scraper.log
    found = far.offers(run_id)
    assert len(found) == 12 and {len(events) for events in found.values()} == {1}
    assert len(board.log) - before < 14, "what was read before is not read again"
    assert os.path.exists(tmp_path / "scraper.sqlite")
    told = sum(host["asked"] for call in far.calls for host in call.body.get("hosts", ()))
    assert len(board.log) <= told <= len(board.log) + 2, "requests of the dead process count as well; at most one twice"
