"""The job may stop anywhere: what was done stands, the rest follows, nothing is done twice."""

import pytest
from sqlalchemy import update

from tests.ticketing.bulk.conftest import WorkOff
from tests.ticketing.bulk.test_programs import chosen, done, three
from tests.ticketing.presence.test_presence import Ears
from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.platform.jobs.models import StoredJob
from waypost.platform.jobs.pokes import send_through
from waypost.platform.work import Work
from waypost.ticketing.bulk import doing, jobs
from waypost.ticketing.bulk.acts import Act
from waypost.ticketing.bulk.models import BulkItem
from waypost.ticketing.tickets.models import Ticket

pytestmark = pytest.mark.anyio


async def test_a_second_run_goes_on_where_the_first_one_ended(
    office: Office, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await three(office)
    bulk = await chosen(office, ticket_ids=ids)
    change, calls = doing.change, 0

    async def dies_at_the_third(work: Work, item: BulkItem, ticket: Ticket | None, act: Act) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise ConnectionResetError
        await change(work, item, ticket, act)

    monkeypatch.setattr(doing, "change", dies_at_the_third)
    monkeypatch.setattr(jobs, "BATCH", 1)
    await done(office, bulk, {"status": "closed"})
    await work_off()
    now = await office.get(f"/tickets/bulk/{bulk['id']}")
    assert (now["state"], now["done"], now["results"]) == ("running", 2, {"done": 2})
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        await work.db.execute(update(StoredJob).values(run_at=work.now))
    await work_off()
    now = await office.get(f"/tickets/bulk/{bulk['id']}")
    assert (now["state"], now["done"], now["results"]) == ("finished", 3, {"done": 3})
    for one in ids:
        events = [event["event_type"] for event in (await office.get(f"/tickets/{one}"))["events"]]
        assert events == ["ticket_opened", "ticket_updated", "ticket_closed"]


async def test_a_crowd_goes_in_batches(office: Office, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await three(office)
    monkeypatch.setattr(jobs, "BATCH", 2)
    bulk = await chosen(office, ticket_ids=ids)
    await done(office, bulk, {"priority": "low"})
    ears = Ears()
    send_through(ears)  # type: ignore[arg-type]  # all that is used of signals is `poke`
    await work_off()
    send_through(None)
    assert [one for one in ears.heard if "bulk" in one] == [f"bulk_progressed:{bulk['id']}"] * 2, "once a batch"
    assert (await office.get(f"/tickets/bulk/{bulk['id']}"))["results"] == {"done": 3}
    await office.bob.post(f"/tickets/bulk/{bulk['id']}/undo")
    await work_off()
    now = await office.get(f"/tickets/bulk/{bulk['id']}")
    assert (now["state"], now["done"], now["results"]) == ("undone", 3, {"undone": 3})
