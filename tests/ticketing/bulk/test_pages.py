"""Acting on many as people do, without scripts: tick, see, do, watch, undo."""

import pytest

from tests.ticketing.bulk.conftest import WorkOff
from tests.ticketing.bulk.test_programs import three
from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import FORM, Office
from waypost.ticketing.bulk import actions

pytestmark = pytest.mark.anyio


async def test_rows_can_be_picked_by_those_who_may(office: Office) -> None:
    ids = await three(office)
    page = await office.page("/tickets")
    assert all(f'name="ids" value="{one}"' in page for one in ids) and 'action="/tickets/bulk"' in page
    async with office.visit(office.product.cast.vera) as vera:
        looked = (await vera.get("/tickets", headers={"accept": "text/html"})).text
    assert 'name="ids"' not in looked and "/tickets/bulk" not in looked


async def test_closing_what_was_ticked(office: Office, work_off: WorkOff) -> None:
    ids = await three(office)
    answer = await office.bob.post("/tickets/bulk", data={"ids": ids[:2], "act": "status:closed"}, headers=FORM)
    here = answer.headers["location"]
    assert answer.status_code == 303 and here.startswith("/tickets/bulk/")
    busy = await office.page(here)
    told = f'data-live="bulk_progressed" data-thing="{here.rpartition("/")[2]}"'
    assert told in busy and 'sse-connect="/live"' in busy and "Acting" in busy
    await work_off()
    after = await office.page(here)
    assert "Finished." in after and f"{here}/receipt.csv" in after
    assert "data-live" not in after and "sse-connect" not in after
    assert await office.ids(status="new") == [ids[2]]
    await office.send(f"{here}/undo")
    await work_off()
    assert "Undone." in await office.page(here) and len(await office.ids(status="new")) == 3


async def test_all_that_a_view_shows(office: Office, work_off: WorkOff, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = await three(office)
    await office.patch(ids[0], priority="high")
    sent = {"all": "1", "view": "open", "priority": "high", "ids": ids, "act": "status:closed"}
    answer = await office.bob.post("/tickets/bulk", data=sent, headers=FORM)
    here = answer.headers["location"]
    chosen = await office.page(here)
    assert "1 ticket chosen" in chosen and "Matter 0" in chosen and "Matter 1" not in chosen
    (late,) = await office.deliver(mail("late", "late@client.example"))
    await office.patch(late, priority="high")
    tried = await office.page(f"{here}?status=closed")
    assert "What would happen" in tried and "How many are they?" not in tried
    monkeypatch.setattr(actions, "TYPED_ABOVE", 0)
    assert "How many are they?" in await office.page(f"{here}?status=closed")
    refused = await office.send(f"{here}/acts", status="closed")
    assert refused.status_code == 422
    assert (await office.send(f"{here}/acts", status="closed", count="1")).status_code == 303
    await work_off()
    assert await office.ids(status="closed") == [ids[0]]


async def test_merging_into_a_number(office: Office, work_off: WorkOff) -> None:
    ids = await three(office)
    code = (await office.get(f"/tickets/{ids[0]}"))["ticket"]["ticket_code"]
    answer = await office.bob.post("/tickets/bulk", data={"ids": ids}, headers=FORM)
    here = answer.headers["location"]
    tried = await office.page(f"{here}?code={code}")
    assert f'name="merge_into" value="{ids[0]}"' in tried
    wrong = await office.bob.get(f"{here}?code=tkt-nothing", headers={"accept": "text/html"})
    assert wrong.status_code == 422
    await office.send(f"{here}/acts", merge_into=ids[0])
    await work_off()
    assert await office.ids() == [ids[0]]


async def test_an_unassigned_crowd_is_given_to_somebody(office: Office, work_off: WorkOff) -> None:
    ids = await three(office)
    answer = await office.bob.post("/tickets/bulk", data={"ids": ids}, headers=FORM)
    here = answer.headers["location"]
    await office.page(f"{here}?assignee_user_id={office.bobs_id}")
    await office.send(f"{here}/acts", assignee_user_id=office.bobs_id)
    await work_off()
    assert len(await office.ids(assignee_user_id=office.bobs_id)) == 3
    again = await office.bob.post("/tickets/bulk", data={"ids": ids}, headers=FORM)
    await office.send(f"{again.headers['location']}/acts", assignee_user_id="")
    await work_off()
    assert len(await office.ids(unassigned="true")) == 3


async def test_nothing_ticked_is_said(office: Office) -> None:
    answer = await office.bob.post("/tickets/bulk", data={"act": "status:closed"}, headers=FORM)
    assert answer.status_code == 422 and "No ticket was chosen" in answer.text
