"""A delivery's number: only what was carried out makes its repetition needless."""

from datetime import timedelta

import pytest

from tests.archive.intake.conftest import Install
from tests.archive.intake.knocker import Knocker
from waypost.archive.requests.actions import conclude
from waypost.archive.requests.models import Outcome, State
from waypost.platform.access import MACHINE

pytestmark = pytest.mark.anyio


async def test_the_same_delivery_twice_is_one_request(knocker: Knocker) -> None:
    for _ in range(3):
        assert (await knocker.post({"ticket_id": 5}, delivery="d-1")).status_code == 202
    (request,) = await knocker.requests()
    (delivery,) = await knocker.deliveries()
    assert (request.delivery_id, request.again) == ("d-1", False)
    assert (delivery.outcome, delivery.times, delivery.request_id) == (Outcome.RECEIVED, 3, request.id)


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_only_done_makes_a_repetition_needless(knocker: Knocker, outcome: Outcome) -> None:
    await knocker.post({"ticket_id": 5}, delivery="d-1")
    await end(knocker, outcome)
    assert (await knocker.post({"ticket_id": 5}, delivery="d-1")).status_code == 202
    asks_again = outcome in (Outcome.FAILED, Outcome.NOT_TRIGGERED)
    assert len(await knocker.requests()) == (2 if asks_again else 1)


async def test_a_number_is_forgotten_in_time(install: Install) -> None:
    knocker = await install(WORKFLOW_DELIVERY_ID_TTL_SECONDS=60)
    await knocker.post({"ticket_id": 5}, delivery="d-1")
    await end(knocker, Outcome.DONE, age=timedelta(seconds=61))
    await knocker.post({"ticket_id": 5}, delivery="d-1")
    assert len(await knocker.requests()) == 2


async def test_no_number_is_remembered_where_that_is_switched_off(install: Install) -> None:
    knocker = await install(WORKFLOW_DELIVERY_ID_TTL_SECONDS=0)
    await knocker.post({"ticket_id": 5}, delivery="d-1")
    await end(knocker, Outcome.DONE)
    await knocker.post({"ticket_id": 5}, delivery="d-1")
    assert len(await knocker.requests()) == 2


async def test_two_numbers_for_one_ticket_share_its_request(knocker: Knocker) -> None:
    await knocker.post({"ticket_id": 5}, delivery="d-1")
    await knocker.post({"ticket_id": 5}, delivery="d-2")
    (request,) = await knocker.requests()
    assert {one.request_id for one in await knocker.deliveries()} == {request.id}


async def end(knocker: Knocker, outcome: Outcome, age: timedelta = timedelta(0)) -> None:
    """The request came to its end some time ago, and its deliveries with it."""
    (request,) = await knocker.requests()
    (delivery,) = await knocker.deliveries()
    async with knocker.house.works.open(knocker.org, MACHINE) as work:
        work.db.add_all([request, delivery])
        request.state, request.ended_at = State.ARCHIVED, work.now
        delivery.seen_at = work.now - age
        await conclude(work, request.id, outcome)
