"""A wish becomes a record: every step once, whatever is asked meanwhile."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import func, select, text

from tests.archive.records.running import Running
from tests.archive.requests.archiving import Archiving
from tests.archive.requests.paper import KIND, WROTE, DeskAway, DeskRefuses
from waypost.archive.keeping.forgetting import sweep
from waypost.archive.requests import queries
from waypost.archive.requests.actions import ReasonNeeded, Wish, ask, note_closing, requeue, settle_soon
from waypost.archive.requests.forgetting.actions import withdraw
from waypost.archive.requests.forgetting.models import Concerned, PutAside
from waypost.archive.requests.models import State
from waypost.platform.access import MACHINE, Actor
from waypost.platform.audit.models import AuditLog
from waypost.platform.jobs.models import Status
from waypost.platform.jobs.queries import dead_by_id
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.keys import storage_key

pytestmark = [pytest.mark.anyio, pytest.mark.turns("an archive at work", 5)]


async def test_a_case_is_kept_and_its_origin_told(archiving: Archiving) -> None:
    archiving.paper.files["1"] = b"where the pipes are"
    await archiving.ask()
    await archiving.work()
    request = await archiving.only()
    assert (request.state, request.error) == (State.ARCHIVED, None)
    pdf, attachment, beside = sorted(archiving.files(), key=lambda path: (".json" in path, "attach" in path))
    sidecar = json.loads((archiving.root / beside).read_text())
    assert sidecar["sha256"] == sha256((archiving.root / pdf).read_bytes()).hexdigest()
    assert sidecar["attachments"][0]["sha256"] == sha256(b"where the pipes are").hexdigest()
    assert sidecar["evidence"]["position"] == 0
    assert (archiving.root / attachment).read_bytes() == b"where the pipes are"
    (told,) = archiving.paper.told
    assert (told.status, told.sha256, told.filename) == ("archived", sidecar["sha256"], pdf.rpartition("/")[2])
    assert f"{told.path}/{told.filename}" == sidecar["storage_path"] and told.sidecar == f"{archiving.root}/{beside}"


async def test_what_passes_is_tried_again_and_told_once(archiving: Archiving) -> None:
    archiving.paper.fails = {"begin": [DeskAway()], "gather": [DeskAway(), TimeoutError()]}
    await archiving.ask()
    await archiving.work()
    request = await archiving.only()
    assert (request.state, request.attempts, request.error_code) == (State.ARCHIVED, 3, None)
    assert [told.status for told in archiving.paper.told] == ["archived"]


async def test_four_tries_then_a_dead_letter_that_a_replay_revives(archiving: Archiving) -> None:
    archiving.paper.fails = {"gather": [DeskAway() for _ in range(4)]}
    await archiving.ask()
    await archiving.work()
    request = await archiving.only()
    assert (request.state, request.attempts, request.classification) == (State.FAILED_TRANSIENT, 4, "Transient")
    assert (request.error_code, request.error_step) == ("desk_away", "gather")
    assert [told.status for told in archiving.paper.told] == ["failed_transient"]
    (dead,) = [job for job in await archiving.jobs() if job.status == Status.DEAD]
    async with archiving.house.works.open(archiving.org, MACHINE) as work:
        job = await dead_by_id(work.db, dead.id)
        assert job is not None
        await requeue(work, job)
    await archiving.work()
    assert (await archiving.only()).state == State.ARCHIVED
    assert [told.status for told in archiving.paper.told] == ["failed_transient", "archived"]


async def test_what_does_not_pass_stops_at_once(archiving: Archiving) -> None:
    archiving.paper.fails = {"gather": [DeskRefuses("Drawer of anna@client.example is locked.")]}
    await archiving.ask()
    await archiving.work()
    request = await archiving.only()
    assert (request.state, request.attempts, request.error_code) == (State.FAILED_PERMANENT, 1, "desk_refuses")
    assert request.error == "DeskRefuses: Drawer of [mail] is locked."
    (told,) = archiving.paper.told
    assert (told.status, told.code, told.final) == ("failed_permanent", "desk_refuses", True)
    assert archiving.files() == []


async def test_a_path_that_cannot_be_is_refused_before_anything_is_made(archiving: Archiving) -> None:
    archiving.paper.path = ("..",)
    await archiving.ask()
    await archiving.work()
    request = await archiving.only()
    assert (request.state, request.error_code) == (State.FAILED_PERMANENT, "invalid_archive_path")
    assert request.snapshot_key is None
    assert archiving.files() == []


async def test_a_failed_request_may_be_asked_for_again_and_its_dead_letter_goes(archiving: Archiving) -> None:
    archiving.paper.fails = {"gather": [DeskRefuses()]}
    await archiving.ask()
    await archiving.work()
    await archiving.ask()
    await archiving.work()
    first, second = await archiving.requests()
    assert (first.state, second.state) == (State.FAILED_PERMANENT, State.ARCHIVED)
    assert [job for job in await archiving.jobs() if job.status == Status.DEAD] == []


async def test_two_wishes_before_the_case_is_read_are_one(archiving: Archiving) -> None:
    first, second = await archiving.ask(), await archiving.ask()
    assert first.id == second.id
    await archiving.work()
    assert archiving.paper.calls["gather"] == 1


async def test_a_wish_during_the_run_keeps_what_was_said_since(archiving: Archiving) -> None:
    async def add() -> None:
        archiving.paper.articles["1"].append("It is dry now.")
        await archiving.ask()

    archiving.paper.meanwhile["gather"] = add
    await archiving.ask()
    await archiving.work()
    first, second = await archiving.requests()
    assert (first.state, second.state) == (State.ARCHIVED, State.ARCHIVED)
    assert (first.version_number, second.version_number, second.follows) == (1, 2, first.id)
    assert [told.status for told in archiving.paper.told] == ["archived"]
    assert len([path for path in archiving.files() if path.endswith(".pdf")]) == 2


async def test_a_wish_during_the_run_keeps_nothing_twice(archiving: Archiving) -> None:
    archiving.paper.meanwhile["gather"] = archiving.ask
    await archiving.ask()
    await archiving.work()
    first, second = await archiving.requests()
    assert (first.state, second.state, second.skipped_because) == (State.ARCHIVED, State.SKIPPED, "already_archived")
    assert [told.status for told in archiving.paper.told] == ["archived"]
    assert first.settle_due is False
    assert len([path for path in archiving.files() if path.endswith(".pdf")]) == 1


async def test_a_wish_while_the_origin_is_told_is_looked_at_too(archiving: Archiving) -> None:
    archiving.paper.meanwhile["settle"] = archiving.ask
    await archiving.ask()
    await archiving.work()
    first, second = await archiving.requests()
    assert (first.state, second.state) == (State.ARCHIVED, State.SKIPPED)
    assert archiving.paper.calls["begin"] == 1
    assert len(archiving.paper.told) == 1


async def test_a_wish_between_the_gate_and_the_word_of_it_is_not_lost(archiving: Archiving) -> None:
    async def triggered() -> None:
        archiving.paper.untriggered.clear()
        await archiving.ask()

    archiving.paper.untriggered.add("1")
    archiving.paper.meanwhile["begin"] = triggered
    await archiving.ask()
    await archiving.work()
    assert (await archiving.only()).state == State.ARCHIVED


async def test_who_is_not_triggered_is_skipped_and_a_person_may_force_it(archiving: Archiving, alice: Actor) -> None:
    archiving.paper.untriggered.add("1")
    await archiving.ask()
    took = REGISTRY.get_sample_value("total_seconds_count")
    await archiving.work()
    request = await archiving.only()
    assert (request.state, request.skipped_because) == (State.SKIPPED, "not_triggered")
    assert REGISTRY.get_sample_value("total_seconds_count") == took
    with pytest.raises(ReasonNeeded):
        await archiving.ask(forced=True, actor=alice)
    await archiving.ask(forced=True, reason="The auditor asks for it.", actor=alice)
    await archiving.work()
    assert (await archiving.requests())[1].state == State.ARCHIVED
    async with archiving.house.works.open(archiving.org, MACHINE, reads=True) as work:
        (entry,) = await work.db.scalars(select(AuditLog).where(AuditLog.act == "archive.request.forced"))
    assert (entry.actor_id, entry.detail["reason"]) == (alice.person_id, "The auditor asks for it.")


async def test_an_origin_that_cannot_be_told_fails_no_archive(archiving: Archiving) -> None:
    archiving.paper.fails = {"settle": [DeskAway() for _ in range(7)]}
    await archiving.ask()
    await archiving.work()
    request = await archiving.only()
    assert (request.state, request.settle_tries, request.settle_error) == (State.ARCHIVED, 7, None)
    assert len(archiving.paper.told) == 1


async def test_an_origin_that_will_not_be_told_is_a_dead_letter_of_an_archived_case(archiving: Archiving) -> None:
    archiving.paper.fails = {"settle": [DeskRefuses()]}
    await archiving.ask()
    await archiving.work()
    request = await archiving.only()
    assert (request.state, request.settle_due) == (State.ARCHIVED, True)
    assert [job.payload["act"] for job in await archiving.jobs() if job.status == Status.DEAD] == ["settle"]
    await archiving.ask()
    await archiving.work()
    first, second = await archiving.requests()
    assert (first.settle_due, second.state, second.skipped_because) == (False, State.SKIPPED, "already_archived")
    assert archiving.paper.calls["gather"] == 1
    assert len(archiving.paper.told) == 1


async def test_a_wish_that_comes_to_nothing_leaves_the_word_to_the_one_before(archiving: Archiving) -> None:
    archiving.paper.fails = {"gather": [DeskRefuses()]}
    await archiving.ask()
    await archiving.work()
    archiving.paper.untriggered.add("1")
    old = await archiving.only()
    async with archiving.house.works.open(archiving.org, MACHINE) as work:
        work.db.add(old)
        settle_soon(work, old)
        await ask(work, Wish(KIND, "", "1"))
    await archiving.work()
    first, second = await archiving.requests()
    assert (second.state, second.skipped_because, first.settle_due) == (State.SKIPPED, "not_triggered", False)
    assert [told.status for told in archiving.paper.told] == ["failed_permanent", "failed_permanent"]


async def test_a_file_that_vanished_from_the_store_is_read_again(archiving: Archiving) -> None:
    content, blobs = b"where the pipes are", archiving.house.parts.of(Blobs)
    key = storage_key(archiving.org, "archive", sha256(content).digest())
    archiving.paper.files["1"] = content
    archiving.paper.meanwhile["gather"] = lambda: blobs.delete([key])
    await archiving.ask()
    await archiving.work()
    request = await archiving.only()
    assert (request.state, request.attempts, archiving.paper.calls["gather"]) == (State.ARCHIVED, 1, 2)
    async with archiving.house.works.open(archiving.org, MACHINE) as work:
        await work.db.execute(text("update archive_put_aside set put_at = put_at - interval '2 days'"))
    await sweep(Running(archiving.house, archiving.org))
    assert [await blobs.read(one) for one in (key, request.sealed[0]["key"], request.snapshot_key or "")]
    async with archiving.house.works.open(archiving.org, MACHINE, reads=True) as work:
        left = [await work.db.scalar(select(func.count()).select_from(model)) for model in (PutAside, Concerned)]
    assert left == [0, 0]


async def test_who_is_taken_back_during_the_run_ends_there(archiving: Archiving, alice: Actor) -> None:
    async def take_back() -> None:
        async with archiving.house.works.open(archiving.org, alice) as work:
            await withdraw(work, request.id, "By mistake")

    archiving.paper.meanwhile["gather"] = take_back
    request = await archiving.ask()
    await archiving.work()
    found = await archiving.only()
    assert (found.state, found.error_code, found.snapshot_key) == (State.FAILED_PERMANENT, "withdrawn", None)
    assert [(told.status, told.code) for told in archiving.paper.told] == [("failed_permanent", "withdrawn")]
    assert [job for job in await archiving.jobs() if job.status == Status.DEAD] == []
    assert archiving.files() == []


async def test_a_dry_wish_writes_nothing(archiving: Archiving) -> None:
    await archiving.ask(dry=True)
    assert await archiving.requests() == []
    assert await archiving.jobs() == []


async def test_a_closing_is_noted_once(archiving: Archiving) -> None:
    closed = WROTE
    for _ in range(2):
        async with archiving.house.works.open(archiving.org, MACHINE) as work:
            await note_closing(work, KIND, "", "1", "901", closed)
    async with archiving.house.works.open(archiving.org, MACHINE, reads=True) as work:
        noted = await queries.closings_between(work.db, closed, closed + timedelta(seconds=1))
    assert [(one.ref, one.number) for one in noted] == [("1", "901")]
