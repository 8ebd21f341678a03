"""Replay corrected: the payload that failed stays, a mended job takes its place, and the log says who approved it."""

import json
from typing import Any

import httpx2
import pytest

from tests.cast import Cast
from tests.console.room import browser, cast, dead, declare, fine
from tests.platform.identity.small_app import HTML
from tests.platform.jobs.queueing import MakeRunner, Queue, Told

pytestmark = pytest.mark.anyio

__all__ = ["browser", "cast", "dead"]


async def test_a_corrected_replay_is_a_new_job(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, make_runner: MakeRunner, dead: list[Any]
) -> None:
    place, wish = f"/ops/jobs/{dead[0].id}/correction", {"payload": {"n": 7, "key": ""}, "reason": "a typing error"}
    rehearsed = (await browser.post(place, headers=cast.alice.headers, json=wish)).json()
    assert rehearsed == {"dry_run": True, "job_id": str(dead[0].id), "difference": {"n": [0, 7]}}
    made = (await browser.post(place, headers=cast.alice.headers, json=wish | {"dry_run": False})).json()
    assert await queue.rows("status, payload->>'n'", f"id = '{dead[0].id}'") == [("cancelled", "0")]
    assert await queue.rows("status, payload->>'n'", f"id = '{made['new_job_id']}'") == [("queued", "7")]
    declare(fine)
    await make_runner().work_off()
    assert await queue.rows("status", f"id = '{made['new_job_id']}'") == [("succeeded",)]
    for job_id in (dead[0].id, made["new_job_id"]):
        page = (await browser.get(f"/ops/jobs/{job_id}", headers=cast.alice.headers | HTML)).text
        assert "Alice" in page and "a typing error" in page
    again = await browser.post(place, headers=cast.alice.headers, json=wish | {"dry_run": False})
    assert again.status_code == 404


async def test_what_does_not_fit_is_refused(browser: httpx2.AsyncClient, cast: Cast, dead: list[Any]) -> None:
    place = f"/ops/jobs/{dead[0].id}/correction"
    for payload in ({"n": 0, "key": ""}, {"n": "seven"}, {"n": 7, "more": 1}):
        wish = {"payload": payload, "reason": "why not"}
        answer = await browser.post(place, headers=cast.alice.headers, json=wish)
        assert answer.status_code == 422, payload
    for player, status in ((cast.mallory, 404), (cast.bob, 403)):
        wish = {"payload": {"n": 7}, "reason": "mine now"}
        assert (await browser.post(place, headers=player.headers, json=wish)).status_code == status


async def test_a_live_twin_refuses_the_correction(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, dead: list[Any]
) -> None:
    await queue.tell(Told(7))
    wish = {"payload": {"n": 7, "key": ""}, "reason": "twin", "dry_run": False}
    answer = await browser.post(f"/ops/jobs/{dead[0].id}/correction", headers=cast.alice.headers, json=wish)
    assert (answer.status_code, answer.json()["type"]) == (409, "twin-alive")
    assert await queue.rows("status", f"id = '{dead[0].id}'") == [("dead",)]


async def test_people_see_the_difference_before_they_approve(
    browser: httpx2.AsyncClient, cast: Cast, queue: Queue, dead: list[Any]
) -> None:
    who, place = cast.alice.headers | HTML, f"/ops/jobs/{dead[2].id}/correction"
    form = {"csrf_token": cast.alice.csrf_token, "typed": json.dumps({"n": 8, "key": "x"}), "reason": "mended"}
    shown = await browser.post(place, headers=who, data=form)
    assert shown.status_code == 200 and "<ins>8</ins>" in shown.text and "<del>2</del>" in shown.text
    assert await queue.rows("status", f"id = '{dead[2].id}'") == [("dead",)]
    done = await browser.post(place, headers=who, data=form | {"approve": "1"})
    assert (done.status_code, done.headers["location"].startswith("/ops/jobs/")) == (303, True)
    assert await queue.rows("status", f"id = '{dead[2].id}'") == [("cancelled",)]
    for nonsense in ("{", "[1]", "null"):
        assert (await browser.post(place, headers=who, data=form | {"typed": nonsense})).status_code == 422
