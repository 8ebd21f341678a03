"""Cases that never became a record: their time, their holds, a person's address, half-made files."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from tests.archive.keeping.conftest import Archive
from tests.archive.keeping.test_release import stored_with
from tests.archive.records.keeping import Case
from tests.archive.requests.paper import DeskRefuses, Paper
from tests.conftest import Orgs
from tests.house.test_doors import Owner
from waypost.archive.keeping import jobs
from waypost.archive.keeping.models import ReleaseWish, WishErasureDue
from waypost.archive.places.placement import Placing
from waypost.archive.requests import reading
from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.blobs import put_aside
from waypost.archive.requests.ending import failed
from waypost.archive.requests.forgetting.actions import begin_forgetting
from waypost.archive.requests.forgetting.models import ForgettingAsked
from waypost.archive.requests.holding import Hold, Overtaken, hold
from waypost.archive.requests.models import ArchiveRequest
from waypost.archive.requests.origin import Gathered
from waypost.archive.requests.running import run_request
from waypost.archive.requests.terms import Terms
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.platform.storage.blobs import Blobs

pytestmark = pytest.mark.anyio
PLAN = b"plan of the zeppelin"


async def read(archive: Archive, ref: str) -> Hold:
    """A case that was read: its snapshot and its file are kept, its pages are made and nobody has named them yet."""
    agents = {"agents": [{"login": "zeno@desk.example", "id": "3"}]}
    async with archive.product.house.works.open(archive.org, MACHINE) as work:
        request = await ask(work, Wish("zammad", "default", ref, hints=agents))
    held = await hold(archive.run, request.id)
    (kept,) = await put_aside(archive.run, request.id, [PLAN])
    snapshot, where = Paper().snapshot(ref, PLAN), Placing("anna", ("Zeppelins",), f"90{ref}")
    await reading._keep(held, Gathered(snapshot, where, {sha256(PLAN).hexdigest(): kept.storage_key}))
    await put_aside(archive.run, request.id, [b"zeppelin pages of " + ref.encode()])
    return held


async def broken(archive: Archive, ref: str) -> UUID:
    """The same, and then it failed for good."""
    held = await read(archive, ref)
    await failed(held, DeskRefuses("The zeppelin of anna is locked."), "render", Terms())
    return held.request.id


async def long_ago(archive: Archive, days: int = 91) -> None:
    """Whatever has ended has ended so long ago."""
    async with archive.product.house.works.open(archive.org, MACHINE) as work:
        await work.db.execute(text("update archive_requests set ended_at = ended_at - :ago"), {"ago": timedelta(days)})


async def shown(archive: Archive, request_id: UUID) -> dict[str, Any]:
    """The request as programs see it."""
    found: dict[str, Any] = await archive.call(archive.product.cast.bob, "GET", f"/archive-requests/{request_id}")
    return found


async def page(archive: Archive, request_id: UUID) -> str:
    """The same for Alice."""
    async with archive.product.visit(archive.product.cast.alice, {"accept": "text/html"}) as browser:
        return (await browser.get(f"/archive-requests/{request_id}")).text


async def rows_with(owner: Owner, org: UUID, *words: str) -> dict[str, int]:
    """How many rows of the organisation, in all tables, hold one of the words."""
    tables = await owner.execute("select table_name from information_schema.tables where table_schema = 'public'")
    found: dict[str, int] = {}
    for (table,) in await tables.fetchall():
        asked = f"select t::text from {table} t where t::text ilike any(%s)".encode()
        rows = [row for (row,) in await (await owner.execute(asked, [[f"%{one}%" for one in words]])).fetchall()]
        found |= {str(table): count for count in [sum(str(org) in str(row) for row in rows)] if count}
    return found


async def test_what_failed_is_thrown_away_after_its_time_and_says_so(
    archive: Archive, owner: Owner, orgs: Orgs
) -> None:
    request_id = await broken(archive, "71")
    await jobs.archive_forget_requests(archive.run)
    assert len(stored_with(archive, b"zeppelin")) == 2 and len(stored_with(archive, b"anna@client")) == 1
    assert "Throw it away" in await page(archive, request_id)
    await long_ago(archive)
    for _ in range(2):
        await jobs.archive_forget_requests(archive.run)
    assert stored_with(archive, b"zeppelin") == stored_with(archive, b"anna@client") == []
    assert await rows_with(owner, orgs.acme, "zeppelin", "anna@client", "zeno@desk") == {}
    found = await shown(archive, request_id)
    assert (found["state"], found["error_code"], found["error"]) == ("failed_permanent", "desk_refuses", None)
    assert (found["forgotten_because"], found["number"]) == ("retention", "9071")
    said = await page(archive, request_id)
    assert "within the time for that. Ask again" in said and "Throw it away" not in said
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        (entry,) = await work.db.scalars(select(AuditLog).where(AuditLog.act == "archive.requests.forgotten"))
    assert entry.detail == {"requests": 1, "because": "retention", "days": 90}
    again = await archive.call(
        archive.product.cast.bob, "POST", f"/archive-requests/{request_id}/repetition", force=False
    )
    assert again["id"] != str(request_id) and again["state"] == "received"
    assert [one.ref for one in archive.eraser.let_gone] == ["71"] and archive.eraser.asked == []


async def test_a_hold_on_the_case_or_on_its_record_stops_it(archive: Archive) -> None:
    alice, request_id = archive.product.cast.alice, await broken(archive, "72")
    here = f"/archive-requests/{request_id}"
    assert await archive.refused(alice, "POST", f"{here}/hold", reason=" ") == 422
    await archive.call(alice, "POST", f"{here}/hold", reason="A lawsuit")
    assert await archive.refused(alice, "POST", f"{here}/forgetting") == 409
    await long_ago(archive)
    await jobs.archive_forget_requests(archive.run)
    assert (await shown(archive, request_id))["held_because"] == "A lawsuit"
    assert "Held because: A lawsuit" in await page(archive, request_id)
    await archive.call(alice, "POST", f"{here}/hold/lifting", reason="It is over")
    record_id = await archive.keep(Case(ref="72", number="9072", title="Water", email="anna@client.example"))
    placed = await archive.call(alice, "POST", f"/archives/{record_id}/holds", reason="Another lawsuit")
    await jobs.archive_forget_requests(archive.run)
    free = await broken(archive, "73")
    async with archive.run.work() as work:  # chosen before the hold stood, among others
        assert [one.id for one in await begin_forgetting(work, [request_id, free], "retention")] == [free]
    assert await archive.refused(alice, "POST", f"{here}/forgetting") == 409
    await archive.call(alice, "POST", f"/archives/{record_id}/holds/{placed['id']}/lifting", reason="Over, too")
    await archive.call(alice, "POST", f"{here}/forgetting")
    await jobs.archive_forget_request(archive.run, ForgettingAsked(request_id))
    assert (await shown(archive, request_id))["forgotten_because"] == "chosen"
    assert await archive.refused(alice, "POST", f"{here}/hold", reason="Too late") == 409


async def agreed(archive: Archive, address: str) -> str:
    """Alice proposes what concerns an address, Carol agrees, the jobs do it."""
    made = await archive.call(
        archive.product.cast.alice, "POST", "/archive-releases", reason="She asks", concerns=address
    )
    await archive.call(archive.carol, "POST", f"/archive-releases/{made['id']}/agreement")
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        asked = list(await work.db.scalars(select(ReleaseWish.id).where(ReleaseWish.release_id == UUID(made["id"]))))
    for item_id in asked:
        await jobs.archive_erase_request(archive.run, WishErasureDue(item_id))
    await archive.erase(made["id"])
    return str(made["id"])


async def test_a_person_is_forgotten_in_failed_and_waiting_cases_too(archive: Archive) -> None:
    lost, going = await broken(archive, "73"), await read(archive, "74")
    other = await archive.keep(Case(ref="75", number="9075", title="Roof", email="ben@else.example", pdf=b"%PDF roof"))
    assert (
        await archive.refused(archive.product.cast.mallory, "POST", "/archive-releases", reason="-", concerns="a@b")
        == 422
    )
    release = await agreed(archive, "ANNA@client.example")
    found = await archive.call(archive.carol, "GET", f"/archive-releases/{release}")
    assert (found["state"], found["records"], found["concerns"]) == ("done", 0, None)
    assert {one["request_id"]: one["state"] for one in found["requests"]} == {
        str(one): "erased" for one in (lost, going.request.id)
    }
    assert stored_with(archive, b"anna@client") == stored_with(archive, b"zeppelin") == []
    assert [(await shown(archive, one))["error_code"] for one in (lost, going.request.id)] == [
        "desk_refuses",
        "withdrawn",
    ]
    with pytest.raises(Overtaken):
        async with going.work():
            pass
    assert sorted(one.ref for one in archive.eraser.asked) == ["73", "74"]
    assert (await archive.record(other)).state == "kept"
    async with archive.product.visit(archive.carol, {"accept": "text/html"}) as browser:
        assert "Read, but never a record" in (await browser.get(f"/archive-releases/{release}")).text


async def test_content_that_somebody_else_needs_stays(archive: Archive) -> None:
    mine, others = await broken(archive, "76"), await broken(archive, "77")
    await archive.call(archive.product.cast.alice, "POST", f"/archive-requests/{mine}/forgetting")
    await jobs.archive_forget_request(archive.run, ForgettingAsked(mine))
    assert (await shown(archive, mine))["forgotten_at"] and not (await shown(archive, others))["forgotten_at"]
    assert [one.name for one in stored_with(archive, b"plan of the zeppelin")] == [sha256(PLAN).hexdigest()]


async def test_who_is_on_the_way_may_be_taken_back(archive: Archive) -> None:
    held, alice = await read(archive, "78"), archive.product.cast.alice
    here = f"/archive-requests/{held.request.id}"
    assert await archive.refused(alice, "POST", f"{here}/forgetting") == 409
    assert await archive.refused(archive.product.cast.bob, "POST", f"{here}/withdrawal", reason="No") == 403
    assert "Take it back" in await page(archive, held.request.id)
    found = await archive.call(alice, "POST", f"{here}/withdrawal", reason="Asked for by mistake")
    assert (found["state"], found["error_code"], found["settle_due"]) == ("failed_permanent", "withdrawn", True)
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        request = await work.db.get_one(ArchiveRequest, (archive.org, held.request.id))
    await run_request(archive.run, request)
    assert await archive.refused(alice, "POST", f"{here}/withdrawal", reason="Twice") == 409


async def test_half_made_files_go_after_a_day(archive: Archive) -> None:
    """A run died after it had put pages into the store and before it could name them."""
    request_id = await broken(archive, "79")
    store = archive.product.house.parts.of(Blobs)
    await jobs.archive_forget_requests(archive.run)
    assert len(stored_with(archive, b"zeppelin")) == 2
    async with archive.product.house.works.open(archive.org, MACHINE) as work:
        await work.db.execute(text("update archive_put_aside set put_at = put_at - interval '25 hours'"))
    await jobs.archive_forget_requests(archive.run)
    (left,) = stored_with(archive, b"zeppelin")
    assert left == Path(left.parent, sha256(PLAN).hexdigest())
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        request = await work.db.get_one(ArchiveRequest, (archive.org, request_id))
    assert request.snapshot_key and await store.read(request.snapshot_key)
