"""Operations at a glance: the documented figures, trends from kept looks, and the operator's word on queues."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import psycopg
import pytest
from sqlalchemy import select

from tests.cast import Cast
from tests.console.room import browser, cast, dead, declare
from tests.platform.identity.small_app import HTML
from tests.platform.jobs.queueing import Hand, MakeRunner, Queue, Told, nothing
from waypost.console.overview import jobs as overview_jobs
from waypost.console.overview.models import OperationSample
from waypost.console.overview.queries import first_id
from waypost.platform import jobs
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.mailboxes.models import Mailbox, Provider, Purpose

pytestmark = pytest.mark.anyio

__all__ = ["browser", "cast", "dead"]

Owner = psycopg.AsyncConnection[tuple[object, ...]]


async def put_mailboxes(cast: Cast) -> None:
    """One that was read ten seconds ago, one twenty, one that rests, and an import."""
    async with cast.desk.works.open(cast.alice.org_id, MACHINE) as work:
        for name, behind, provider in (("a", 10, Provider.IMAP), ("b", 20, Provider.IMAP), ("i", 0, Provider.IMPORT)):
            work.db.add(mailbox(name, provider, work.now, behind))
        resting = mailbox("c", Provider.IMAP, work.now, 900)
        resting.ingestion_paused_until = work.now + overview_jobs.KEPT
        work.db.add(resting)


def mailbox(name: str, provider: Provider, now: Any, behind: int) -> Mailbox:
    """One that was looked at so many seconds ago."""
    return Mailbox(
        purpose=Purpose.USER,
        provider=provider,
        email_address=f"{name}@acme.example",
        last_incremental_sync_at=now - timedelta(seconds=behind),
        created_at=now,
        updated_at=now,
    )


async def test_the_overview_is_as_documented(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, dead: list[Any]
) -> None:
    await put_mailboxes(cast)
    await queue.tell(Told(77))
    seen = (await browser.get("/ops/metrics/overview", headers=cast.alice.headers)).json()
    assert seen == {
        "queued_jobs": 1,
        "running_jobs": 0,
        "failed_jobs_24h": 3,
        "mailbox_count": 3,
        "paused_mailbox_count": 1,
        "avg_sync_lag_seconds": (10 + 20 + 900) / 3,
    }
    other = (await browser.get("/ops/metrics/overview", headers=cast.mallory.headers)).json()
    assert (other["failed_jobs_24h"], other["mailbox_count"], other["avg_sync_lag_seconds"]) == (1, 0, None)
    assert (await browser.get("/ops/metrics/overview", headers=cast.vera.headers)).status_code == 403


async def test_the_page_shows_figures_that_lead_to_rows(
    browser: httpx2.AsyncClient, cast: Cast, make_runner: MakeRunner, clock: Hand, dead: list[Any]
) -> None:
    await put_mailboxes(cast)
    jobs.every("*/5 * * * *", queue="operations")(overview_jobs.operations_take_a_look)
    for _ in range(3):
        await take_a_look(cast)
        clock.forward(minutes=5)
    page = (await browser.get("/ops", headers=cast.alice.headers | HTML)).text
    for place in ("/ops/jobs", "/quarantine", "/ops/messages/collisions", "/mailboxes", "#queues"):
        assert f'href="{place}"' in page, place
    assert page.count('<svg class="spark') >= 4
    assert "Hopeless: This cannot be done" in page and "a@acme.example" in page and "Traces are off." in page
    mallorys = (await browser.get("/ops", headers=cast.mallory.headers | HTML)).text
    assert "a@acme.example" not in mallorys


class Looking:
    """What the handler of a look needs of a run."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    def finishing(self) -> Any:
        return self._cast.desk.works.open(self._cast.alice.org_id, MACHINE)


async def take_a_look(cast: Cast) -> None:
    """As the clock does."""
    run: Any = Looking(cast)
    await overview_jobs.operations_take_a_look(run)


async def test_looks_are_kept_for_two_days(cast: Cast, clock: Hand, queue: Queue) -> None:
    await take_a_look(cast)
    clock.forward(days=1)
    await take_a_look(cast)
    clock.forward(days=1, minutes=1)
    await take_a_look(cast)
    async with cast.desk.works.open(cast.alice.org_id, MACHINE, reads=True) as work:
        kept = (await work.db.scalars(select(OperationSample.at).order_by(OperationSample.at))).all()
    assert [(clock() - at).days for at in kept] == [1, 0]


async def test_only_an_operator_pauses_a_queue(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, make_runner: MakeRunner, owner: Owner
) -> None:
    declare(nothing)
    refused = await browser.post("/ops/queues/pause", headers=cast.alice.headers, json={"queue": "default"})
    assert (refused.status_code, refused.json()["type"]) == (403, "operators-only")
    await name_operator(owner, cast)
    unknown = await browser.post("/ops/queues/pause", headers=cast.alice.headers, json={"queue": "nowhere"})
    assert unknown.status_code == 422
    paused = await browser.post("/ops/queues/pause", headers=cast.alice.headers, json={"queue": "default"})
    assert paused.json() == {"queue": "default", "paused": True}
    await queue.tell(Told(1))
    assert await make_runner().work_off() == 0
    form = {"csrf_token": cast.alice.csrf_token, "queue": "default"}
    page = await browser.get("/ops", headers=cast.alice.headers | HTML)
    assert "Resume the queue default" in page.text
    again = await browser.post("/ops/queues/resumption", headers=cast.alice.headers | HTML, data=form)
    assert again.headers["location"] == "/ops"
    assert await make_runner().work_off() == 1


async def name_operator(owner: Owner, cast: Cast) -> None:
    """As the command line does."""
    await owner.execute("update people set installation_operator = true where id = %s", (cast.alice.person_id,))


def test_ids_of_a_moment_part_what_was_made_before_and_after() -> None:
    now = datetime.now(UTC)
    made = new_id()
    assert first_id(now - timedelta(seconds=1)) < made < first_id(now + timedelta(seconds=1))
