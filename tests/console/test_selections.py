"""Bulk acts: counted first, canary first, stopped by failures, with a receipt, and once more on request."""

import csv
import io
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from tests.cast import Cast
from tests.console.room import Hopeless, Steps, browser, cast, dead, declare, fine, steps
from tests.platform.identity.small_app import HTML
from tests.platform.jobs.queueing import Hand, MakeRunner, Queue, Told
from waypost.platform import jobs

pytestmark = pytest.mark.anyio

__all__ = ["browser", "cast", "dead", "steps"]


async def die(queue: Queue, make_runner: MakeRunner, *facts: Told) -> None:
    """These jobs come to nothing."""
    await queue.tell(*facts)
    await make_runner(queues=("default",)).work_off()


async def test_a_dry_run_is_the_default_and_changes_nothing(steps: Steps, queue: Queue, dead: list[Any]) -> None:
    await queue.tell(Told(1))
    frozen = await steps.freeze()
    assert (frozen["count"], frozen["state"]) == (3, "frozen")
    assert frozen["types"] == [{"type": "hopeless", "count": 3, "twins": 1, "verdict": "idempotent"}]
    assert frozen["sample"] == [str(row.id) for row in dead[:3]]
    answer = (await steps.ask(frozen, dry_run=True)).json()
    assert (answer["dry_run"], answer["would_replay"], answer["would_leave"]["twin"]) == (True, 2, 1)
    by_default = await steps.client.post(
        f"/ops/jobs/selections/{frozen['id']}/replay", headers=steps.headers, json={"count": 3}
    )
    assert by_default.json()["state"] == "frozen"
    assert (await queue.statuses()).count("dead") == 4


async def test_it_is_replayed_in_steps_with_a_receipt(
    steps: Steps, queue: Queue, make_runner: MakeRunner, clock: Hand, dead: list[Any]
) -> None:
    frozen = await steps.freeze()
    clock.forward(seconds=1)
    await die(queue, make_runner, Told(50))
    declare(fine, queue="elsewhere")
    await queue.tell(Told(1))
    assert (await steps.ask(frozen)).status_code == 202
    declare(fine, queue="default")
    seen = await steps.walk(frozen, 4)
    assert [len(step["receipt"]) for step in seen] == [1, 3, 3, 3]
    last = seen[-1]
    assert (last["state"], last["done"], last["left"]) == ("finished", 2, 1)
    assert [line["result"] for line in last["receipt"]] == ["replayed", "twin", "replayed"]
    assert [line["status"] for line in last["receipt"]] == ["succeeded", "failed", "succeeded"]
    assert await queue.rows("payload->>'n'", f"status = 'dead' and org_id = '{queue.orgs.acme}'") == [("1",), ("50",)]
    assert (await steps.ask(frozen)).status_code == 409


async def test_the_receipt_is_a_file(steps: Steps, cast: Cast, dead: list[Any]) -> None:
    frozen = await steps.freeze()
    declare(fine)
    await steps.ask(frozen)
    await steps.walk(frozen, 4)
    path = f"/ops/jobs/selections/{frozen['id']}/receipt.csv"
    answer = await steps.client.get(path, headers=steps.headers)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"].startswith("attachment")
    assert [(row["job_id"], row["result"], row["status"]) for row in rows] == [
        (str(row.id), "replayed", "succeeded") for row in dead
    ]
    assert (await steps.client.get(path, headers=cast.mallory.headers)).status_code == 404


async def test_what_fails_again_stops_at_its_canary_and_can_be_chosen_again(
    steps: Steps, queue: Queue, dead: list[Any]
) -> None:
    frozen = await steps.freeze(type="hopeless")
    await steps.ask(frozen)
    stopped = (await steps.walk(frozen, 3))[-1]
    assert (stopped["state"], len(stopped["receipt"]), stopped["verdict"]) == ("stopped", 1, "step 1: 1 failed again")
    again = (await steps.ask(frozen, "again")).json()
    assert (again["count"], again["again_of"]) == (3, frozen["id"])
    declare(fine)
    await steps.ask(again)
    assert (await steps.walk(again, 4))[-1]["done"] == 3
    assert (await steps.ask(again, "again")).json()["count"] == 0


async def test_a_selection_under_way_cannot_be_chosen_again(steps: Steps, dead: list[Any]) -> None:
    frozen = await steps.freeze()
    assert (await steps.ask(frozen, "again")).status_code == 409


async def test_above_twenty_the_number_is_typed(
    steps: Steps, queue: Queue, make_runner: MakeRunner, cast: Cast
) -> None:
    declare()
    await die(queue, make_runner, *(Told(n) for n in range(21)))
    frozen = await steps.freeze()
    for wrong in (None, 20):
        answer = await steps.ask(frozen, count=wrong)
        assert (answer.status_code, answer.json()["type"]) == (422, "count-missing")
    page = await steps.client.get(f"/ops/jobs/selections/{frozen['id']}", headers=steps.headers | HTML)
    assert "Type 21 to confirm." in page.text
    assert (await steps.ask(frozen, count=21)).status_code == 202


async def test_only_who_looked_outside_replays_what_may_have_reached_it(
    steps: Steps, queue: Queue, dead: list[Any]
) -> None:
    declare(fine, replay="check")
    frozen = await steps.freeze()
    assert (await steps.ask(frozen, dry_run=True)).json()["would_leave"]["check"] == 3
    await steps.ask(frozen)
    left = (await steps.walk(frozen, 4))[-1]
    assert (left["state"], left["done"], left["left"]) == ("finished", 0, 3)
    assert {line["result"] for line in left["receipt"]} == {"check"}
    again = (await steps.ask(frozen, "again")).json()
    await steps.ask(again, with_check=True)
    assert (await steps.walk(again, 4))[-1]["done"] == 3


async def test_a_replay_keeps_the_order_of_each_key(
    steps: Steps, queue: Queue, make_runner: MakeRunner, clock: Hand
) -> None:
    declare(key="key", one_per=None)
    for n in range(4):
        await die(queue, make_runner, Told(n, "a"), Told(n, "b"))
    ran: list[tuple[str, int]] = []

    async def note(run: jobs.Run, fact: Told) -> None:
        ran.append((fact.key, fact.n))

    declare(note, key="key", one_per=None)
    frozen = await steps.freeze()
    await steps.ask(frozen)
    await steps.walk(frozen, 4)
    assert [n for key, n in ran if key == "a"] == [0, 1, 2, 3] == [n for key, n in ran if key == "b"]


async def test_a_whole_group_is_cancelled_and_nothing_else(
    steps: Steps, queue: Queue, make_runner: MakeRunner, dead: list[Any], cast: Cast
) -> None:
    frozen = await steps.freeze(type="hopeless")
    steps.clock.forward(seconds=1)
    await queue.tell(Told(77))
    assert (await steps.ask(frozen, "cancellation")).status_code == 202
    ended = (await steps.walk(frozen, 2))[-1]
    assert (ended["act"], ended["state"], ended["done"]) == ("cancel", "finished", 3)
    acme = f"org_id = '{queue.orgs.acme}' and type = 'hopeless'"
    assert await queue.rows("status", acme) == [("cancelled",)] * 3 + [("dead",)]
    async with cast.desk.works.open(cast.alice.org_id, cast.alice.actor, reads=True) as work:
        acts = await work.db.execute(text("select act from admin_audit_logs where act like 'jobs.selection%'"))
        assert acts.scalars().all() == ["jobs.selection_cancelled"]


async def test_people_walk_the_same_way_by_forms(
    steps: Steps, browser: httpx2.AsyncClient, cast: Cast, dead: list[Any]
) -> None:
    who, form = cast.alice.headers | HTML, {"csrf_token": cast.alice.csrf_token}
    group = {"fingerprint": "", "type": "hopeless"}
    place = (await browser.post("/ops/jobs/selections", headers=who, data=form | group)).headers["location"]
    frozen = (await browser.get(place, headers=who)).text
    assert "3 dead letters" in frozen and str(dead[0].id) in frozen and "would try 3 again" in frozen
    declare(Flaky())
    await browser.post(f"{place}/replay", headers=who, data=form | {"rate": "600"})
    await steps.walk({"id": place.rpartition("/")[2]}, 4)
    ended = (await browser.get(place, headers=who)).text
    assert "Download the receipt" in ended and "Choose what is still dead of it" in ended
    again = await browser.post(f"{place}/again", headers=who, data=form)
    assert "1 dead letter" in (await browser.get(again.headers["location"], headers=who)).text
    assert "Done lately" in (await browser.get("/ops/jobs", headers=who)).text


class Flaky:
    """Fails for the second job only."""

    __module__ = __name__

    async def __call__(self, run: jobs.Run, fact: Told) -> None:
        if fact.n == 1:
            raise Hopeless
