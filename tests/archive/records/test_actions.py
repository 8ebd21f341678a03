"""A version gets its place in the log once, and its record shows the newest one whose files stand."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.archive.records.keeping import Case, draft_of, file_name, keep, sha, stored_of
from tests.conftest import Orgs
from waypost.archive.evidence.models import EvidenceLeaf
from waypost.archive.records import queries
from waypost.archive.records.actions import FilesDiffer, confirm, note_erasure, note_holds, reserve
from waypost.archive.records.manifest import manifest_sha256
from waypost.archive.records.models import CaseArchived, RecordState, VersionState
from waypost.archive.signing.levels import Level
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.work import Work, Works

pytestmark = pytest.mark.anyio


async def test_a_reserved_version_is_in_the_log_and_not_in_the_catalogue(work: Work) -> None:
    case = Case()
    version = await reserve(work, draft_of(case))
    record = await queries.by_id(work.db, version.record_id)
    assert (version.number, version.position, version.kept) == (1, 0, False)
    assert (record.state, record.newest, record.kept_at) == (RecordState.RESERVED, 0, None)
    leaf = await work.db.scalar(select(EvidenceLeaf).where(EvidenceLeaf.position == 0))
    assert leaf is not None and leaf.hash.hex() == version.leaf and leaf.kind == "record"
    assert leaf.content["pdf_sha256"] == [sha(case.pdf)]
    assert leaf.content["manifest_sha256"] == version.manifest_sha256 == manifest_sha256(version.manifest)


async def test_the_same_request_reserves_once_and_gets_its_manifest_again(works: Works, orgs: Orgs) -> None:
    case = Case()
    async with works.open(orgs.acme, MACHINE) as work:
        first = await reserve(work, draft_of(case))
    async with works.open(orgs.acme, MACHINE) as work:
        changed = replace(draft_of(case), title="Another title")
        second = await reserve(work, changed)
        assert len(list(await work.db.scalars(select(EvidenceLeaf)))) == 1
    assert second == first and second.manifest["version"] == 1


async def test_confirming_tells_it_once_and_shows_it(work: Work) -> None:
    case = Case(attachments=[b"plan"])
    version = await keep(work, case)
    await confirm(work, version.id, stored_of(case, 1))
    (told,) = [fact for fact in work.told if isinstance(fact, CaseArchived)]
    assert (told.version, told.ref, told.level) == (1, "1", "B-B")
    record = await queries.by_id(work.db, version.record_id)
    assert (record.state, record.newest, record.newest_id, record.folder) == ("kept", 1, version.id, case.folder)
    files = await queries.files(work.db, version.id)
    assert [(one.role, one.path) for one in files] == [
        ("pdf", f"{case.folder}/{file_name(case, 1)}"),
        ("attachment", f"{case.folder}/attachments/0.bin"),
        ("sidecar", f"{case.folder}/{file_name(case, 1)}.json"),
    ]
    assert (await queries.version_by_id(work.db, version.id)).manifest is None


async def test_files_that_are_not_what_the_log_says_are_refused(work: Work) -> None:
    version = await reserve(work, draft_of(Case()))
    with pytest.raises(FilesDiffer):
        await confirm(work, version.id, stored_of(Case(pdf=b"%PDF other"), 1))


async def test_keeping_again_supersedes_and_names_its_predecessor(work: Work) -> None:
    first = await keep(work, Case())
    second = await keep(work, Case(pdf=b"%PDF second", level=Level.T))
    assert (second.number, second.record_id) == (2, first.record_id)
    old, new = await queries.version_by_id(work.db, first.id), await queries.version_by_id(work.db, second.id)
    assert (old.state, new.state, new.predecessor_id) == (VersionState.SUPERSEDED, VersionState.KEPT, first.id)
    leaf = await work.db.scalar(select(EvidenceLeaf).where(EvidenceLeaf.position == second.position))
    assert leaf is not None and leaf.content["predecessor"] == first.position
    record = await queries.by_id(work.db, first.record_id)
    assert (record.newest, record.level) == (2, Level.T)


async def test_a_version_that_comes_late_never_hides_a_newer_one(work: Work) -> None:
    early, late = Case(), Case(pdf=b"%PDF late")
    first, second = await reserve(work, draft_of(early)), await reserve(work, draft_of(late))
    await confirm(work, second.id, stored_of(late, 2))
    await confirm(work, first.id, stored_of(early, 1))
    record = await queries.by_id(work.db, first.record_id)
    assert record.newest == 2
    assert (await queries.version_by_id(work.db, first.id)).state == VersionState.SUPERSEDED


async def test_what_falls_short_is_tried_again_and_what_does_not_is_left_alone(work: Work) -> None:
    short = await keep(work, Case(ref="1", level=Level.B, wanted=Level.T, reason="tsa_unreachable"))
    fine = await keep(work, Case(ref="2", level=Level.T, wanted=Level.T))
    raised = await queries.version_by_id(work.db, short.id)
    assert raised.raise_at is not None and raised.raise_at > work.now
    assert (await queries.version_by_id(work.db, fine.id)).raise_at is None


async def test_erasure_leaves_hashes_and_positions_only(work: Work) -> None:
    version = await keep(work, Case(attachments=[b"plan"]))
    await note_erasure(work, version.record_id)
    record = await queries.by_id(work.db, version.record_id)
    row = await queries.version_by_id(work.db, version.id)
    assert (record.state, record.title, record.customer, record.customer_email, record.folder) == ("erased", *[""] * 4)
    assert "arber" not in record.needle and "cellar" not in record.needle
    assert (row.log_position, row.sha256, row.state) == (version.position, sha(Case().pdf), "erased")
    assert {(one.path, one.label) for one in await queries.files(work.db, version.id)} == {(None, "")}


async def test_holds_are_counted_where_the_list_sees_them(work: Work) -> None:
    version = await keep(work, Case())
    await note_holds(work, version.record_id, 2)
    assert (await queries.by_id(work.db, version.record_id)).holds == 2


async def test_what_belongs_to_another_organisation_does_not_exist(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        version = await keep(work, Case())
    async with works.open(orgs.globex, MACHINE) as work:
        with pytest.raises(queries.RecordNotFound):
            await queries.by_id(work.db, version.record_id)
        assert await queries.by_case(work.db, "zammad", "default", "1") is None
        assert await queries.version_of_request(work.db, new_id()) is None
        assert (await keep(work, Case())).position == 0
