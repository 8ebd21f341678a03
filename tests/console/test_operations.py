"""Dead letters as admins see and mend them, and as nobody else does."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from tests.cast import Cast, cast
from tests.platform.identity.small_app import HTML, client_of
from tests.platform.jobs.queueing import Hand, MakeRunner, Queue, Told, nothing
from waypost.console.operations import api, pages
from waypost.console.operations.selections import api as selections_api
from waypost.console.operations.selections import jobs as selections_jobs
from waypost.console.operations.selections import pages as selections_pages
from waypost.console.operations.selections.models import SelectionReplayAsked
from waypost.platform import jobs
from waypost.platform.errors import Conflict
from waypost.platform.parts import Parts
from waypost.platform.web.app import Shell, build
from waypost.platform.web.settings import WebSettings

pytestmark = pytest.mark.anyio

__all__ = ["cast"]


class Hopeless(Conflict):
    """This cannot be done."""


@pytest.fixture
async def browser(cast: Cast) -> AsyncIterator[httpx2.AsyncClient]:
    """The queue's doors on the real shell."""
    settings = WebSettings(rate_limit=0, rate_limit_session=0)
    features = [api.api, pages.pages, selections_api.api, selections_pages.pages]
    shell = Shell(
        works=cast.desk.works,
        resolve_caller=cast.desk.resolve,
        features=features,
        settings=settings,
        csrf=cast.desk.csrf(settings.origins),
        parts=Parts(cast.desk),
    )
    async with client_of(build(shell)) as client:
        yield client


@pytest.fixture
async def dead(queue: Queue, make_runner: MakeRunner, cast: Cast, clock: Hand) -> list[Any]:
    """Three dead jobs in Acme, the last one oldest; one in Globex."""

    @jobs.on(Told, type="hopeless", one_per="n")
    async def hopeless(run: jobs.Run, fact: Told) -> None:
        raise Hopeless

    for n in range(3):
        await queue.tell(Told(n))
        await make_runner(queues=("default",)).work_off()
        clock.forward(seconds=1)
    await queue.tell(Told(9), org=cast.mallory.org_id)
    await make_runner(queues=("default",)).work_off()
    return await queue.rows("id", f"org_id = '{queue.orgs.acme}'")


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
    assert "test_operations:hopeless" in job.text
    form = {"csrf_token": cast.alice.csrf_token}
    answer = await browser.post(f"/ops/jobs/{dead[0].id}/replay", headers=cast.alice.headers | HTML, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/ops/jobs/{dead[0].id}")
    empty = await browser.get("/ops/jobs?alike=unknown", headers=cast.alice.headers | HTML)
    assert empty.status_code == 200


async def test_a_frozen_selection_is_replayed_in_steps_with_a_receipt(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, make_runner: MakeRunner, clock: Hand, dead: list[Any]
) -> None:
    jobs.on(SelectionReplayAsked, type="jobs_replay_selection", queue="operations")(selections_jobs.replay_step)
    form = {"csrf_token": cast.alice.csrf_token, "fingerprint": ""}
    made = await browser.post("/ops/jobs/selections", headers=cast.alice.headers | HTML, data=form)
    place = made.headers["location"]
    frozen = await browser.get(place, headers=cast.alice.headers | HTML)
    assert "3 dead letters" in frozen.text and str(dead[0].id) in frozen.text
    clock.forward(seconds=1)
    await queue.tell(Told(50))
    await make_runner(queues=("default",)).work_off()
    jobs.declared().pop("hopeless")
    jobs.on(Told, type="hopeless", one_per="n", queue="elsewhere")(nothing)
    await queue.tell(Told(1))
    assert (await browser.post(f"{place}/replay", headers=cast.alice.headers | HTML, data=form)).status_code == 303
    steps = []
    for _ in range(4):
        await make_runner(queues=("default", "operations")).work_off()
        clock.forward(seconds=2)
        steps.append((await browser.get(place, headers=cast.alice.headers)).json())
    assert [len(step["receipt"]) for step in steps] == [1, 3, 3, 3]
    assert steps[-1]["state"] == "finished"
    assert [line["result"] for line in steps[-1]["receipt"]] == ["replayed", "twin", "replayed"]
    assert [line["status"] for line in steps[-1]["receipt"]] == ["succeeded", "failed", "succeeded"]
    assert await queue.rows("payload->>'n'", f"status = 'dead' and org_id = '{queue.orgs.acme}'") == [("1",), ("50",)]
    again = await browser.post(f"{place}/replay", headers=cast.alice.headers, json={})
    assert again.status_code == 409
    assert "Receipt" in (await browser.get(place, headers=cast.alice.headers | HTML)).text


async def test_a_replay_that_fails_again_stops_at_its_canary(
    browser: httpx2.AsyncClient, cast: Cast, make_runner: MakeRunner, clock: Hand, dead: list[Any]
) -> None:
    jobs.on(SelectionReplayAsked, type="jobs_replay_selection", queue="operations")(selections_jobs.replay_step)
    made = (await browser.post("/ops/jobs/selections", headers=cast.alice.headers, json={"type": "hopeless"})).json()
    await browser.post(f"/ops/jobs/selections/{made['id']}/replay", headers=cast.alice.headers, json={})
    for _ in range(3):
        await make_runner().work_off()
        clock.forward(seconds=2)
    seen = (await browser.get(f"/ops/jobs/selections/{made['id']}", headers=cast.alice.headers)).json()
    assert (seen["state"], len(seen["receipt"])) == ("stopped", 1)
