"""A wish becomes offers, through every process there is: what one run leaves over the next ones read."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from scripts import verify_deployment
from tests.conftest import Orgs
from tests.database import Databases, Logins
from tests.sampling import PROVE
from tests.sourcing.runs.whole import RELEASE, Starved, Whole, whole
from tests.wire.board import Board
from waypost.platform.ids import new_id
from waypost.platform.schema.migrate import head

pytestmark = pytest.mark.anyio

TRIES: tuple[tuple[int, int, int], ...] = (
    ((60, 20, 8_000), (100, 25, 24_000))
    if PROVE
    else (
        (18, 6, 4_000),
        (60, 20, 12_000),
        (100, 25, 24_000),
    )
)
"""Links, links of a page, milliseconds of a task: more of all where the machine was too busy for those before."""
INTERVAL, FEW = 0.2, 6
"""Seconds between two requests, and how many of them are looked at together: one alone may come late."""


def cloned(databases: Databases, number: int) -> Logins:
    """A queue of our own, in a database that says which revision it has, as a migrated one does."""
    made = databases.clone(f"sourcing_whole_{number}")
    with psycopg.connect(made.owner.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("create table alembic_version (version_num text)")
        owner.execute("insert into alembic_version values (%s)", [head()])
        owner.execute("grant select on alembic_version to waypost_app")
    return made


def verified(product: Whole, folder: Path) -> tuple[int, str]:
    """verify-deployment against this very pair; its exit code, and what it found wrong."""
    ours = {f"{name}_BASE_URL": product.home for name in ("API", "WEB")} | {"WORKER_BASE_URL": product.there}
    quick = {"VERIFY_RETRIES": "1", "VERIFY_SUMMARY_FILE": str(folder / "summary.json")}
    code = verify_deployment.main(ours | quick | RELEASE)
    told = json.loads((folder / "summary.json").read_text())
    return code, ",".join(told[name]["reason"] or "" for name in ("api", "worker", "web")).strip(",")


@pytest.mark.timeout(600)
async def test_all_links_become_offers_through_continuations(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for number, (links, per_page, task_ms) in enumerate(TRIES):
        with suppress(Starved, TimeoutError):
            folder = tmp_path_factory.mktemp("whole")
            return await all_links(cloned(databases, number), folder, links, per_page, task_ms)
    pytest.fail("This machine was too busy for every one of the tries.")


async def all_links(logins: Logins, folder: Path, links: int, per_page: int, task_ms: int) -> None:
    """The proof. Raises `Starved` or TimeoutError where this machine was too busy for it."""
    with Board(links, per_page) as board:
        orgs = Orgs(new_id(), new_id())
        async with whole(logins, orgs, folder, board, WORKER_TASK_TIMEOUT_MS=str(task_ms)) as product:
            await product.wish(links)
            runs = await product.settled(links, 15 * task_ms / 1_000 + 60)
            assert await product.offers() == links
            asked, counted = len(board.log), await product.pages_counted()
            assert await asyncio.to_thread(verified, product, folder) == (0, "")
    assert counted == asked, "every request counts against the day's cap, those of short runs too"
    assert {run.status for run in runs} == {"COMPLETED"} and len(runs) > 1
    assert [run.mode for run in runs] == ["manual"] + ["continuation"] * (len(runs) - 1)
    assert [run.continues_run_id for run in runs[1:]] == [run.id for run in runs[:-1]]
    details = [path for path in board.paths() if path.count("/") > 1]
    assert len(details) == len(set(details)), "no page was read twice"
    times = [asked.at for asked in board.log]
    spans = [later - sooner for sooner, later in zip(times, times[FEW:], strict=False)]
    assert min(spans) > FEW * INTERVAL * 0.8, "and never faster than the host's timeline allows"
