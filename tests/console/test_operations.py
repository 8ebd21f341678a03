"""Dead letters as admins see and mend them, and as nobody else does."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from tests.cast import Cast
from tests.console.room import browser, cast, dead, declare
from tests.platform.identity.small_app import HTML
from tests.platform.jobs.queueing import Hand, MakeRunner, Queue, Told
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio

__all__ = ["browser", "cast", "dead"]


async def test_the_list_is_as_documented_and_pages_by_cursor(
    browser: httpx2.AsyncClient, cast: Cast, dead: list[Any]
) -> None:
    seen, path = [], "/ops/jobs/dlq?limit=2"
    while path:
        page = (await browser.get(path, headers=cast.alice.headers)).json()
        seen += page["items"]
        path = f"/ops/jobs/dlq?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert [item["payload"]["n"] for item in seen] == [2, 1, 0]
    documented = {"id", "type", "status", "attempts", "max_attempts", "last_error", "run_at", "updated_at", "payload"}
    assert set(seen[0]) == documented
    assert (seen[0]["type"], seen[0]["status"]) == ("hopeless", "failed")
    assert seen[0]["last_error"] == "Hopeless: This cannot be done"


async def test_only_admins_of_the_organisation_see_and_replay(
    browser: httpx2.AsyncClient, cast: Cast, dead: list[Any]
) -> None:
    theirs = f"/ops/jobs/{dead[0].id}"
    for player, status in ((cast.bob, 403), (cast.vera, 403)):
        assert (await browser.get("/ops/jobs/dlq", headers=player.headers)).status_code == status
        assert (await browser.post(f"{theirs}/replay", headers=player.headers)).status_code == status
    assert (await browser.get(theirs, headers=cast.mallory.headers)).status_code == 404
    assert (await browser.post(f"{theirs}/replay", headers=cast.mallory.headers)).status_code == 404
    assert (await browser.get("/ops/jobs/dlq")).status_code == 401
    assert (await browser.get("/ops/jobs/dlq?cursor=garbage", headers=cast.alice.headers)).status_code == 422
    assert (await browser.get("/ops/jobs/dlq?limit=201", headers=cast.alice.headers)).status_code == 422


async def test_replay_queues_with_a_fresh_budget_once(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, dead: list[Any]
) -> None:
    first = dead[0].id
    answer = await browser.post(f"/ops/jobs/{first}/replay", headers=cast.alice.headers)
    assert answer.json() == {"status": "queued", "job_id": str(first)}
    assert await queue.rows("status, attempts, replays, last_error, payload", f"id = '{first}'") == [
        ("queued", 0, 1, None, {"n": 0, "key": ""})
    ]
    assert (await browser.post(f"/ops/jobs/{first}/replay", headers=cast.alice.headers)).status_code == 404
    async with cast.desk.works.open(cast.alice.org_id, cast.alice.actor, reads=True) as work:
        acts = await work.db.execute(text("select act, thing_id from admin_audit_logs where act like 'jobs.%'"))
        assert acts.all() == [("jobs.replayed", first)]


async def test_a_live_twin_refuses_the_replay(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, dead: list[Any]
) -> None:
    await queue.tell(Told(1))
    answer = await browser.post(f"/ops/jobs/{dead[1].id}/replay", headers=cast.alice.headers)
    assert (answer.status_code, answer.json()["type"]) == (409, "twin-alive")
    page = await browser.get(f"/ops/jobs/{dead[1].id}", headers=cast.alice.headers | HTML)
    assert "already waiting or running" in page.text


async def test_a_waiting_or_dead_job_can_be_cancelled_a_done_one_not(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, dead: list[Any]
) -> None:
    path = f"/ops/jobs/{dead[0].id}/cancellation"
    assert (await browser.post(path, headers=cast.alice.headers)).status_code == 200
    assert (await browser.post(path, headers=cast.alice.headers)).status_code == 409


async def test_the_pages_show_groups_attempts_and_what_is_safe(
    browser: httpx2.AsyncClient, cast: Cast, dead: list[Any]
) -> None:
    page = await browser.get("/ops/jobs", headers=cast.alice.headers | HTML)
    assert page.status_code == 200
    assert page.text.count("Hopeless: This cannot be done") > 3
    job = await browser.get(f"/ops/jobs/{dead[0].id}", headers=cast.alice.headers | HTML)
    assert "Safe to replay" in job.text and "3 dead letters failed like this" in job.text
    assert "console.room:hopeless" in job.text
    assert 'href="https://wiki.acme.example/waypost/docs/runbook_incidents.md#dead-letters"' in job.text
    form = {"csrf_token": cast.alice.csrf_token}
    answer = await browser.post(f"/ops/jobs/{dead[0].id}/replay", headers=cast.alice.headers | HTML, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/ops/jobs/{dead[0].id}")
    empty = await browser.get("/ops/jobs?alike=unknown&type=hopeless", headers=cast.alice.headers | HTML)
    assert empty.status_code == 200


async def test_what_must_never_be_repeated_is_refused(browser: httpx2.AsyncClient, cast: Cast, dead: list[Any]) -> None:
    declare(replay="not")
    answer = await browser.post(f"/ops/jobs/{dead[0].id}/replay", headers=cast.alice.headers)
    assert (answer.status_code, answer.json()["type"]) == (409, "never-again")
    page = await browser.get(f"/ops/jobs/{dead[0].id}", headers=cast.alice.headers | HTML)
    assert "Never replay" in page.text


async def test_attempts_are_shown_with_their_time(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, make_runner: MakeRunner, clock: Hand
) -> None:
    async def slow(run: object, fact: Told) -> None:
        clock.forward(seconds=7)
        raise ValueError("the gauge is stuck")

    declare(slow, attempts=2)
    await queue.tell(Told(1))
    for _ in range(2):
        await make_runner().work_off()
        clock.forward(seconds=30)
    (row,) = await queue.rows("id", "status = 'dead'")
    job = (await browser.get(f"/ops/jobs/{row.id}", headers=cast.alice.headers)).json()
    assert [(one["attempt"], one["outcome"]) for one in job["history"]] == [(2, "dead"), (1, "retry")]
    page = (await browser.get(f"/ops/jobs/{row.id}", headers=cast.alice.headers | HTML)).text
    assert page.count("7 s") == 2 and "First failure" in page


async def test_counts_are_kept_as_letters_come_and_go(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, dead: list[Any]
) -> None:
    assert await groups(queue, cast) == [(3, "Hopeless: This cannot be done")]
    await browser.post(f"/ops/jobs/{dead[0].id}/replay", headers=cast.alice.headers)
    await browser.post(f"/ops/jobs/{dead[1].id}/cancellation", headers=cast.alice.headers)
    assert await groups(queue, cast) == [(1, "Hopeless: This cannot be done")]


async def groups(queue: Queue, cast: Cast) -> list[tuple[int, str]]:
    """Acme's kept counts."""
    async with queue.engine.connect() as connection:
        asked = f"select jobs, error from dead_letter_groups where org_id = '{cast.alice.org_id}'"
        return [(row.jobs, row.error) for row in await connection.exec_driver_sql(asked)]


async def test_an_unknown_job_does_not_exist(browser: httpx2.AsyncClient, cast: Cast) -> None:
    for path in (f"/ops/jobs/{new_id()}", f"/ops/jobs/selections/{new_id()}"):
        assert (await browser.get(path, headers=cast.alice.headers)).status_code == 404
