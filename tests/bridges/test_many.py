"""Tickets that were chosen in the inbox are asked to be archived together: one line of the receipt for each."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.ticketing.bulk.conftest import WorkOff, work_off
from tests.ticketing.bulk.test_programs import chosen, done, three
from tests.ticketing.tickets.conftest import FORM, Office
from waypost.archive.requests.models import ArchiveRequest
from waypost.platform.access import MACHINE

__all__ = ["work_off"]
pytestmark = pytest.mark.anyio
ARCHIVE = {"further": "archive"}


async def asked_for(office: Office) -> list[str]:
    """The tickets that wait to be archived."""
    async with office.product.house.works.open(office.product.cast.bob.org_id, MACHINE, reads=True) as work:
        return list(await work.db.scalars(select(ArchiveRequest.ref).order_by(ArchiveRequest.id)))


async def result(office: Office, bulk: Any) -> dict[str, int]:
    found: dict[str, int] = (await office.get(f"/tickets/bulk/{bulk['id']}"))["results"]
    return found


async def test_each_is_asked_for_once_and_says_why_not(office: Office, work_off: WorkOff) -> None:
    ids = await three(office)
    await office.patch(ids[2], status="spam")
    assert (await office.bob.post(f"/tickets/{ids[1]}/archive")).status_code == 202
    bulk = await chosen(office, ticket_ids=ids)
    tried = await office.bob.post(f"/tickets/bulk/{bulk['id']}/acts", json={"act": ARCHIVE})
    assert tried.json()["would"] == {"done": 3, "same": 0, "gone": 0} and await asked_for(office) == [ids[1]]
    assert (await done(office, bulk, ARCHIVE)).status_code == 202
    await work_off()
    assert await result(office, bulk) == {"done": 1, "same": 1, "refused": 1}
    assert sorted(await asked_for(office)) == sorted(ids[:2])
    lines = (await office.get(f"/tickets/bulk/{bulk['id']}/receipt"))["items"]
    assert [one["detail"] for one in lines if one["result"] == "refused"] == [
        "Spam and tickets that became part of another are not kept"
    ]
    undone = await office.bob.post(f"/tickets/bulk/{bulk['id']}/undo")
    assert (undone.status_code, undone.json()["type"]) == (409, "stays-done")


async def test_a_policy_that_says_never_refuses_all(office: Office, work_off: WorkOff) -> None:
    ids = await three(office)
    async with office.visit(office.product.cast.alice) as alice:
        assert (await alice.patch("/archive-policy", json={"keeps": "never"})).status_code == 200
    bulk = await chosen(office, ticket_ids=ids)
    await done(office, bulk, ARCHIVE)
    await work_off()
    assert await result(office, bulk) == {"refused": 3} and await asked_for(office) == []


async def test_people_find_it_among_the_acts(office: Office, work_off: WorkOff) -> None:
    ids = await three(office)
    bulk = await chosen(office, ticket_ids=ids)
    at = f"/tickets/bulk/{bulk['id']}"
    assert "Archive them" in await office.page(at)
    assert "Would change" in await office.page(f"{at}?further=archive")
    answer = await office.bob.post(f"{at}/acts", data=ARCHIVE, headers=FORM)
    assert answer.headers["location"] == at
    await work_off()
    page = await office.page(at)
    assert "Finished." in page and "Undo all of it" not in page
    other = await chosen(office, ticket_ids=ids)
    assert (await done(office, other, {"further": "burn"})).status_code == 422
