"""Two people, holds, locks, what goes and what stays."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.archive.keeping.conftest import Archive
from tests.archive.records.keeping import Case
from tests.conftest import Orgs
from tests.house.test_doors import Owner
from waypost.archive.evidence.models import EvidenceLeaf
from waypost.archive.keeping import erasing, jobs, releasing
from waypost.archive.keeping.models import ErasureDue, Release
from waypost.archive.keeping.refusals import PeopleOnly
from waypost.archive.keeping.sweeping import Sweeper
from waypost.archive.places.shelf import Shelf
from waypost.archive.requests.models import ArchiveRequest, State
from waypost.archive.sealing.canonical import canonical, digest
from waypost.platform.access import MACHINE
from waypost.platform.jobs.run import Later
from waypost.platform.storage.blobs import BlobMissing, Blobs

pytestmark = pytest.mark.anyio
CASE = Case(ref="7", number="20007", title="Zeppelin hangar", email="Anna@Client.example", attachments=[b"plan"])


async def proposed(archive: Archive, record_id: UUID, **asked: Any) -> str:
    wanted = asked or {"record_ids": [str(record_id)]}
    made = await archive.call(archive.product.cast.alice, "POST", "/archive-releases", reason="Asked for", **wanted)
    assert made["state"] == "proposed" and made["records"] == 1
    return str(made["id"])


async def released(archive: Archive, record_id: UUID) -> dict[str, Any]:
    """Proposed by Alice, agreed by Carol, done by the jobs: the list's only record."""
    release = await proposed(archive, record_id)
    await archive.call(archive.carol, "POST", f"/archive-releases/{release}/agreement")
    await archive.erase(release)
    found = await archive.call(archive.carol, "GET", f"/archive-releases/{release}")
    item: dict[str, Any] = found["records_page"]["items"][0]
    return item | {"release": found}


async def test_what_goes_and_what_stays(archive: Archive) -> None:
    record_id = await archive.keep(CASE)
    before = archive.files()
    assert len([one for one in before if not one.startswith(".")]) == 3
    item = await released(archive, record_id)
    assert item["state"] == "erased" and item["release"]["state"] == "done"
    left = {one for one in archive.files() if not one.startswith(".")}
    (tombstone,) = left
    assert tombstone.endswith(".pdf.tombstone.json")
    record = await archive.record(record_id)
    assert (record.state, record.title, record.customer_email) == ("erased", "", "")
    assert [one.ref for one in archive.eraser.asked] == ["7"]
    certificate = await archive.call(
        archive.product.cast.vera, "GET", f"/archive-certificates/{item['certificate_id']}"
    )
    content = certificate["content"]
    assert digest(canonical(content)) == certificate["sha256"]
    assert content["at_the_origin"] == {"messages": 2} and content["number"] == "20007"
    stone = json.loads((archive.root / tombstone).read_text())
    assert stone["versions"] == content["versions"] and stone["record_id"] == str(record_id)
    leaves = await leaves_of(archive)
    assert [kind for kind, _ in leaves] == ["record", "release", "tombstone"]
    assert leaves[-1][1]["certificate_sha256"] == certificate["sha256"]
    assert content["versions"][0]["position"] == 0 == leaves[-1][1]["positions"][0]


async def leaves_of(archive: Archive) -> list[tuple[str, dict[str, Any]]]:
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        found = await work.db.scalars(select(EvidenceLeaf).order_by(EvidenceLeaf.position))
        return [(one.kind, one.content) for one in found]


def stored_with(archive: Archive, word: bytes) -> list[Path]:
    """What of the organisation's content in the store holds a word."""
    store = archive.product.house.settings.data / "blobs" / str(archive.org)
    return [one for one in store.rglob("*") if one.is_file() and word in one.read_bytes()]


async def test_nothing_of_the_case_is_found_afterwards(archive: Archive, owner: Owner, orgs: Orgs) -> None:
    record_id = await archive.keep(CASE, tags=["zeppelin"])
    assert len(stored_with(archive, b"zeppelin")) == 1
    await archive.call(archive.product.cast.alice, "POST", f"/archives/{record_id}/holds", reason="Zeppelin lawsuit")
    hold = (await archive.call(archive.product.cast.alice, "GET", f"/archives/{record_id}/holds"))["items"][0]
    lifting = f"/archives/{record_id}/holds/{hold['id']}/lifting"
    await archive.call(archive.product.cast.alice, "POST", lifting, reason="Zeppelin settled")
    assert (await released(archive, record_id))["state"] == "erased"
    tables = await owner.execute("select table_name from information_schema.tables where table_schema = 'public'")
    for (table,) in await tables.fetchall():
        found = await owner.execute(f"select t::text from {table} t where t::text ilike '%zeppelin%'".encode())
        rows = [row for (row,) in await found.fetchall() if str(orgs.acme) in str(row)]
        assert rows == [], table
    assert stored_with(archive, b"zeppelin") == []


async def test_content_that_another_record_shares_stays(archive: Archive) -> None:
    mine = await archive.keep(CASE)
    await archive.keep(Case(ref="8", number="20008", attachments=[b"plan"], pdf=b"%PDF other"))
    assert (await released(archive, mine))["state"] == "erased"
    assert any(one.endswith("attachments/0.bin") for one in archive.files())
    assert any(one.endswith("Ticket-20008_" + f"{datetime.now(UTC):%Y-%m-%d}.pdf") for one in archive.files())


async def test_a_hold_keeps_it_and_says_so(archive: Archive) -> None:
    alice, record_id = archive.product.cast.alice, await archive.keep(CASE)
    hold = await archive.call(alice, "POST", f"/archives/{record_id}/holds", reason="A lawsuit")
    assert (await archive.record(record_id)).holds == 1
    item = await released(archive, record_id)
    assert (item["state"], item["because"]) == ("kept", "held")
    lifting = f"/archives/{record_id}/holds/{hold['id']}/lifting"
    assert await archive.refused(alice, "POST", lifting, reason=" ") == 422
    await archive.call(alice, "POST", lifting, reason="It is over")
    assert await archive.refused(alice, "POST", lifting, reason="Again") == 409
    assert (await archive.record(record_id)).holds == 0
    assert [kind for kind, _ in await leaves_of(archive)] == ["record", "hold", "release", "hold_lifted"]
    assert (await released(archive, record_id))["state"] == "erased"
    assert await archive.refused(alice, "POST", f"/archives/{record_id}/holds", reason="Too late") == 409


async def test_a_retention_that_runs_keeps_it(archive: Archive) -> None:
    await archive.call(archive.product.cast.alice, "POST", "/archive-retention", name="All", years=10)
    record_id = await archive.keep(CASE)
    item = await released(archive, record_id)
    assert (item["state"], item["because"]) == ("kept", "retained")
    assert str(item["until"])[:4] == str(datetime.now(UTC).year + 10)


async def test_an_object_lock_keeps_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    record_id, until = await archive.keep(CASE), datetime.now(UTC) + timedelta(days=3)

    async def locked(_shelf: Shelf, _path: str) -> datetime:
        return until

    monkeypatch.setattr(Shelf, "locked_until", locked)
    item = await released(archive, record_id)
    assert (item["state"], item["because"]) == ("kept", "locked") and archive.eraser.asked == []
    assert (await archive.record(record_id)).state == "kept"


async def test_the_second_may_not_be_the_first(archive: Archive, owner: Owner) -> None:
    cast = archive.product.cast
    release = await proposed(archive, await archive.keep(CASE))
    agreement = f"/archive-releases/{release}/agreement"
    assert await archive.refused(cast.alice, "POST", agreement) == 403
    key = (await archive.call(cast.alice, "POST", "/api-keys", name="A script", role="admin"))["key"]
    async with archive.product.visit(headers={"authorization": f"Bearer {key}"}) as program:
        answer = await program.post(agreement)
    assert (answer.status_code, answer.json()["type"]) == (403, "same-person")
    assert await archive.refused(cast.bob, "POST", agreement) == 403
    assert await archive.refused(cast.mallory, "POST", agreement) == 404
    async with archive.product.house.works.open(archive.org, MACHINE) as work:
        with pytest.raises(PeopleOnly):
            await releasing.agree(work, UUID(release))
    with pytest.raises(IntegrityError, match="two_people"):
        async with archive.product.house.works.open(archive.org, MACHINE) as work:
            forced = text("update archive_releases set state = 'agreed', decided_by = proposed_by where id = :id")
            await work.db.execute(forced, {"id": release})
    await archive.call(archive.carol, "POST", agreement)
    assert await archive.refused(archive.carol, "POST", agreement) == 409


async def test_a_refusal_ends_it_and_nothing_is_erased(archive: Archive) -> None:
    record_id = await archive.keep(CASE)
    release = await proposed(archive, record_id)
    await archive.call(archive.carol, "POST", f"/archive-releases/{release}/refusal", reason="Still needed")
    assert await archive.refused(archive.carol, "POST", f"/archive-releases/{release}/agreement") == 409
    await archive.erase(release)
    assert (await archive.record(record_id)).state == "kept"


async def test_the_machine_lists_what_is_due_and_a_person_proposes_it(archive: Archive) -> None:
    cast = archive.product.cast
    await archive.call(cast.alice, "POST", "/archive-retention", name="Short", days=1)
    mine, held = await archive.keep(CASE), await archive.keep(Case(ref="9", number="20009"))
    await archive.call(cast.alice, "POST", f"/archives/{held}/holds", reason="A lawsuit")
    assert (await archive.call(cast.alice, "GET", "/archive-due"))["items"] == []
    async with archive.product.house.works.open(archive.org, MACHINE) as work:
        await work.db.execute(text("update archive_terms set retain_until = retain_until - interval '2 days'"))
        await work.db.execute(text("update archive_records set retain_until = retain_until - interval '2 days'"))
    assert [one["record_id"] for one in (await archive.call(cast.alice, "GET", "/archive-due"))["items"]] == [str(mine)]
    for _ in range(2):
        await jobs.archive_list_due(archive.run)
    (listed,) = (await archive.call(cast.alice, "GET", "/archive-releases"))["items"]
    assert (listed["state"], listed["records"], listed["kind"]) == ("listed", 1, "due")
    assert await archive.refused(archive.carol, "POST", f"/archive-releases/{listed['id']}/agreement") == 409
    await archive.call(cast.alice, "POST", f"/archive-releases/{listed['id']}/proposal", reason="Over")
    assert (await archive.call(cast.alice, "GET", "/archive-due"))["items"] == []
    await archive.call(archive.carol, "POST", f"/archive-releases/{listed['id']}/agreement")
    await archive.erase(listed["id"])
    assert (await archive.record(mine)).state == "erased" and (await archive.record(held)).state == "kept"


async def test_a_person_asks_to_be_forgotten(archive: Archive) -> None:
    record_id = await archive.keep(CASE)
    await archive.keep(Case(ref="10", number="20010", email="other@client.example"))
    release = await proposed(archive, record_id, concerns=" anna@CLIENT.example")
    found = await archive.call(archive.carol, "GET", f"/archive-releases/{release}")
    assert (found["kind"], found["concerns"]) == ("person", "anna@client.example")
    await archive.call(archive.carol, "POST", f"/archive-releases/{release}/agreement")
    await archive.erase(release)
    done = await archive.call(archive.carol, "GET", f"/archive-releases/{release}")
    assert (done["state"], done["concerns"], done["erased"]) == ("done", None, 1)
    body = {"concerns": "nobody@client.example", "reason": "x"}
    assert await archive.refused(archive.carol, "POST", "/archive-releases", **body) == 422
    assert await archive.refused(archive.carol, "POST", "/archive-releases", reason="x") == 422


async def test_an_erasure_that_died_goes_on_and_takes_no_hold(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, record_id = archive.product.cast.alice, await archive.keep(CASE)
    release = await proposed(archive, record_id)
    await archive.call(archive.carol, "POST", f"/archive-releases/{release}/agreement")

    async def dies(*_: object) -> None:
        raise RuntimeError("killed")

    for home, step in ((erasing, "finish"), (jobs, "forget_blobs")):
        with monkeypatch.context() as patched, pytest.raises(RuntimeError):
            patched.setattr(home, step, dies)
            await archive.erase(release)
        assert await archive.refused(alice, "POST", f"/archives/{record_id}/holds", reason="Now") == 409
    for _ in range(2):
        await archive.erase(release)
    assert (await archive.record(record_id)).state == "erased"
    assert [kind for kind, _ in await leaves_of(archive)].count("tombstone") == 1
    assert len((await archive.call(alice, "GET", "/archive-certificates"))["items"]) == 1


async def test_a_case_that_is_being_kept_again_waits(archive: Archive) -> None:
    release = await proposed(archive, await archive.keep(CASE))
    await archive.call(archive.carol, "POST", f"/archive-releases/{release}/agreement")
    async with archive.product.house.works.open(archive.org, MACHINE) as work:
        wish = ArchiveRequest(
            kind="zammad", source="default", ref="7", state=State.RECEIVED, created_at=work.now, updated_at=work.now
        )
        work.db.add(wish)
    with pytest.raises(Later):
        await archive.erase(release)


async def test_two_organisations(archive: Archive) -> None:
    record_id, mallory = await archive.keep(CASE), archive.product.cast.mallory
    body = {"record_ids": [str(record_id)], "reason": "Mine now"}
    assert await archive.refused(mallory, "POST", "/archive-releases", **body) == 422
    assert await archive.refused(mallory, "POST", f"/archives/{record_id}/holds", reason="x") == 404
    assert await archive.refused(mallory, "GET", f"/archives/{record_id}/holds") == 404
    async with archive.product.house.works.open(mallory.org_id, MACHINE, reads=True) as work:
        assert list(await work.db.scalars(select(Release))) == []


async def test_stored_bytes_are_gone(archive: Archive) -> None:
    record_id = await archive.keep(CASE)
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        key = await work.db.scalar(text("select snapshot_key from archive_versions"))
    assert await archive.product.house.parts.of(Blobs).read(str(key))
    await released(archive, record_id)
    with pytest.raises(BlobMissing):
        await archive.product.house.parts.of(Blobs).read(str(key))
    await jobs.archive_erase_record(archive.run, ErasureDue(record_id))


async def test_a_sweep_comes_soon_after_a_start_and_then_daily(archive: Archive) -> None:
    staging = archive.root / "anna" / ".tmp-archiving-1-0000aaaa"
    sweeper, now = Sweeper(archive.product.house.parts.of(Shelf)), datetime.now(UTC) + timedelta(hours=2)
    found = []
    for later in (timedelta(0), timedelta(hours=1), timedelta(days=1, hours=1)):
        staging.mkdir(parents=True, exist_ok=True)
        found.append(await sweeper.sweep(now + later))
    assert found == [1, 0, 1]
