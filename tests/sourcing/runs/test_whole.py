"""A wish becomes offers, through every process there is: what one run leaves over the next ones read."""

from pathlib import Path

import pytest

from tests.conftest import Orgs
from tests.database import Databases, Logins
from tests.sampling import PROVE
from tests.sourcing.runs.whole import whole
from tests.wire.board import Board

pytestmark = pytest.mark.anyio

LINKS, PER_PAGE = (60, 20) if PROVE else (18, 6)
TASK_MS = "8000" if PROVE else "4000"
INTERVAL, FEW = 0.2, 6
"""Seconds between two requests, and how many of them are looked at together: one alone may come late."""


@pytest.fixture(scope="module")
def logins(databases: Databases) -> Logins:
    """A queue of our own."""
    return databases.clone("sourcing_whole")


async def test_all_links_become_offers_through_continuations(logins: Logins, orgs: Orgs, tmp_path: Path) -> None:
    with Board(LINKS, PER_PAGE) as board:
        async with whole(logins, orgs, tmp_path, board, WORKER_TASK_TIMEOUT_MS=TASK_MS) as product:
            await product.wish(LINKS)
            runs = await product.settled(LINKS, 120)
            assert await product.offers() == LINKS
    assert {run.status for run in runs} == {"COMPLETED"} and len(runs) > 1
    assert [run.mode for run in runs] == ["manual"] + ["continuation"] * (len(runs) - 1)
    assert [run.continues_run_id for run in runs[1:]] == [run.id for run in runs[:-1]]
    details = [path for path in board.paths() if path.count("/") > 1]
    assert len(details) == len(set(details)), "no page was read twice"
    times = [asked.at for asked in board.log]
    spans = [later - sooner for sooner, later in zip(times, times[FEW:], strict=False)]
    assert min(spans) > FEW * INTERVAL * 0.8, "and never faster than the host's timeline allows"
