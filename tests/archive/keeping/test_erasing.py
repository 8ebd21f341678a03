"""What an erasure reaches beyond the record's own rows: who is found by an address, ZIPs, runs that died or go on."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.archive.keeping.conftest import Archive
from tests.archive.keeping.test_release import CASE, proposed, released
from tests.archive.records import keeping as keeping_cases
from tests.archive.records.keeping import Case, put
from waypost.archive.keeping import jobs, queries
from waypost.archive.places.shelf import Shelf
from waypost.archive.records import queries as records
from waypost.archive.records import raising
from waypost.archive.records.exports import queries as exports
from waypost.archive.records.exports.actions import withdraw
from waypost.archive.records.exports.building import Building
from waypost.archive.records.exports.jobs import build_export, forget_what_is_over
from waypost.archive.records.exports.models import ArchiveExport, ExportAsked
from waypost.archive.records.growing import plan_of
from waypost.archive.records.raising import Low, Outcome, raise_one
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.jobs.run import Later
from waypost.platform.storage.blobs import BlobMissing, Blobs

pytestmark = pytest.mark.anyio


async def test_whoever_wrote_or_was_written_to_is_found_too(archive: Archive) -> None:
    said = {"sender": "Ben Berg <ben@client.example>", "to": "desk@acme.example, Zoe <ZOE@else.example>", "cc": ""}
    wrote = {"subject": {"customer": {"login": "eve@client.example"}}, "articles": [said | {"created_by": {"id": "3"}}]}
    record_id = await archive.keep(CASE, snapshot=wrote)
    await archive.keep(Case(ref="10", number="20010", email="other@client.example"))
    for address in ("ben@client.example", "zoe@ELSE.example", "eve@client.example", "anna@client.example"):
        release = await proposed(archive, record_id, concerns=address)
        await archive.call(archive.product.cast.alice, "POST", f"/archive-releases/{release}/refusal", reason="Tried")
    async with archive.product.house.works.open(archive.org, MACHINE) as work:
        await work.db.execute(text("delete from archive_participants"))
        await work.db.execute(text("update archive_terms set read_at = null"))
    await jobs.archive_read_participants(archive.run)
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        assert await queries.concerning(work.db, "ben@client.example") == [record_id]
        assert await queries.unread(work.db, 10) == []
    async with archive.product.house.works.open(archive.product.cast.mallory.org_id, MACHINE, reads=True) as work:
        assert await queries.concerning(work.db, "ben@client.example") == []
    assert (await released(archive, record_id))["state"] == "erased"
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        assert await queries.concerning(work.db, "ben@client.example") == []


async def exported(archive: Archive, **wanted: Any) -> ArchiveExport:
    """A ZIP of these, ready to be fetched."""
    made = await archive.call(archive.product.cast.bob, "POST", "/archive-exports", **({"q": ""} | wanted))
    await build_export(archive.run, ExportAsked(UUID(made["id"])))
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        return await exports.by_id(work.db, UUID(made["id"]))


async def test_a_zip_with_an_erased_record_goes_with_it(archive: Archive) -> None:
    mine = await archive.keep(CASE)
    other = await archive.keep(Case(ref="8", number="20008", title="Boat", pdf=b"%PDF boat"))
    both, alone = await exported(archive, q="ticket-2000"), await exported(archive, record_ids=[str(other)])
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        kept = {one.id: await exports.keys(work.db, one) for one in (both, alone)}
    assert kept[both.id] and kept[alone.id]
    assert (await released(archive, mine))["state"] == "erased"
    blobs = archive.product.house.parts.of(Blobs)
    with pytest.raises(BlobMissing):
        await blobs.read(kept[both.id][0])
    assert await blobs.read(kept[alone.id][0])
    bob = archive.product.cast.bob
    shown = await archive.call(bob, "GET", f"/archive-exports/{both.id}")
    assert (shown["state"], shown["download"], shown["asked"]["q"]) == ("withdrawn", None, "…")
    assert await archive.refused(bob, "GET", f"/archive-exports/{both.id}/download") == 409
    async with archive.product.visit(bob, {"accept": "text/html"}) as browser:
        assert "A record in it was erased" in (await browser.get(f"/archive-exports/{both.id}")).text
    assert (await archive.call(bob, "GET", f"/archive-exports/{alone.id}"))["state"] == "ready"
    await forget_what_is_over(archive.run)
    again = await exported(archive)
    assert (again.state, again.total, again.problems) == ("ready", 2, 0)


@pytest.mark.parametrize("died", [False, True])
async def test_a_zip_that_is_being_built_gets_no_further(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, died: bool
) -> None:
    """A piece that is put after the erasure looked goes again; one whose process died is known by its name."""
    mine, store = await archive.keep(CASE), archive.product.house.settings.data / "blobs" / str(archive.org)
    whole = Building.count

    async def erased_meanwhile(self: Building, *, indexed: bool = False) -> None:
        await self._put()
        if died:
            raise RuntimeError("killed")
        async with archive.run.work() as work:
            await withdraw(work, mine)
        await whole(self, indexed=indexed)

    made = await archive.call(archive.product.cast.bob, "POST", "/archive-exports", q="20007")
    monkeypatch.setattr(Building, "count", erased_meanwhile)
    with pytest.raises(RuntimeError) if died else nullcontext():
        await build_export(archive.run, ExportAsked(UUID(made["id"])))
    assert len(list(store.glob("export_*/*"))) == (1 if died else 0)
    assert (await released(archive, mine))["state"] == "erased"
    assert [one for one in store.glob("export_*/*") if one.is_file()] == []


async def test_files_of_a_version_that_was_never_confirmed_go_too(archive: Archive) -> None:
    """Its run died for good between the files and the record."""
    record_id, house = await archive.keep(CASE), archive.product.house

    async def dies(*_: object) -> None:
        raise RuntimeError("killed")

    with pytest.MonkeyPatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(keeping_cases, "confirm", dies)
        await put(house, archive.org, replace(CASE, request_id=new_id(), pdf=b"%PDF second", folder="anna/other"))
    assert any("anna" in one or "other" in one for one in archive.files())
    release = await proposed(archive, record_id)
    await archive.call(archive.carol, "POST", f"/archive-releases/{release}/agreement")
    with pytest.raises(Later):
        await archive.erase(release)
    async with house.works.open(archive.org, MACHINE) as work:
        await work.db.execute(text("update archive_versions set reserved_at = reserved_at - interval '1 hour'"))
    await archive.erase(release)
    left = [one for one in archive.files() if not one.startswith(".")]
    assert len(left) == 1 and left[0].endswith(".tombstone.json")


async def test_a_version_that_was_being_raised_leaves_nothing(archive: Archive) -> None:
    record_id = await archive.keep(CASE)
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        (version,) = await records.versions(work.db, record_id)
        low = Low(await records.by_id(work.db, record_id), version, await records.files(work.db, version.id))
        plan = plan_of(archive.product.house.parts.of(Shelf), low.pdfs[0].name, version, 2)
    assert (await released(archive, record_id))["state"] == "erased"
    before = archive.files()
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        (erased,) = await records.versions(work.db, record_id)
    assert await raise_one(archive.run, erased.id) is Outcome.SETTLED
    await raising._finish(archive.run, low, erased)
    assert archive.files() == before and plan.pdf() not in str(before)
    assert (await archive.record(record_id)).state == "erased"
