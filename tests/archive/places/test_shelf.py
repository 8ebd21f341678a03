"""The shelf: plans from values, names that belong to whom they were given, one version after another."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from tests.archive.places.conftest import names_below
from waypost.archive.places.folder import FolderPlace
from waypost.archive.places.opening import open_shelf
from waypost.archive.places.placement import Part, Placing
from waypost.archive.places.plan import Plan
from waypost.archive.places.policy import short_hash
from waypost.archive.places.refusals import NameTaken, PathRefused
from waypost.archive.places.settings import PlacesSettings
from waypost.archive.places.shelf import Shelf
from waypost.archive.places.sidecar import Told, Volume, sidecar, sidecar_bytes
from waypost.platform.storage.settings import StorageSettings

pytestmark = pytest.mark.anyio
ACME, GLOBEX, RECORD = UUID(int=1), UUID(int=2), UUID(int=3)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CASE = "zammad/default/1"
PLACING = Placing("Änne", ("My Team", "客户"), "1")


@pytest.fixture
def shelf(place: FolderPlace) -> Shelf:
    """Over the folder."""
    return Shelf(place)


async def claimed(shelf: Shelf, placing: Placing = PLACING, org: UUID = ACME, case: str = CASE) -> Placing:
    return await shelf.claim(placing, org=org, case=case, moment=NOON, pdfs=["never"])


def planned(shelf: Shelf, placing: Placing = PLACING, version: int = 1) -> Plan:
    return shelf.plan(placing, moment=NOON, version=version, record_id=RECORD)


def parts(plan: Plan, case: str = CASE, pdf: bytes = b"%PDF") -> list[Part]:
    kind, source, ref = case.split("/")
    told = Told(kind, source, ref, "1", "", NOON, [Volume("00", len(pdf))])
    return [
        Part(plan.sidecar, sidecar_bytes(sidecar(plan, told)), "sidecar"),
        Part(plan.pdf(), pdf, "pdf"),
        Part(plan.attachment("7", "1", "plan.dwg"), b"lines"),
    ]


async def test_where_nothing_collides_names_are_the_documented_ones(shelf: Shelf, root: Path) -> None:
    plan = planned(shelf)
    assert plan == planned(shelf, await claimed(shelf))
    assert plan.path(plan.pdf()) == "Anne/My_Team/_/Ticket-1_2026-11-22.pdf"
    assert plan.absolute(plan.pdf()) == f"{root}/Anne/My_Team/_/Ticket-1_2026-11-22.pdf"
    stored = await shelf.put(plan, parts(plan))
    assert stored.folder == "Anne/My_Team/_" and stored.locked_until is None
    assert set(stored.paths) == set(stored.sha256) == {one.name for one in parts(plan)}
    for part in parts(plan):
        assert await shelf.read(stored.paths[part.name]) == part.content
    assert stored == await shelf.put(plan, parts(plan))


async def test_a_second_version_stands_beside_the_first(shelf: Shelf) -> None:
    first, second = planned(shelf), planned(shelf, version=2)
    await shelf.put(first, parts(first))
    again = await claimed(shelf)
    assert planned(shelf, again, 2) == second and second.pdf() == "Ticket-1_2026-11-22_v2.pdf"
    await shelf.put(second, parts(second, pdf=b"%PDF more"))
    assert await shelf.read(first.path(first.pdf())) == b"%PDF"


async def test_names_that_became_equal_are_told_apart(shelf: Shelf) -> None:
    await claimed(shelf)
    other = await claimed(shelf, Placing("Änne", ("My_Team", "顧客"), "1"))
    assert other.names == ("Anne", f"My_Team-{short_hash('', 'My_Team')}", "_")
    third = await claimed(shelf, Placing("Änne", ("My Team", "顧客"), "1"))
    assert third.names == ("Anne", "My_Team", f"_-{short_hash('', '顧客')}")
    assert (await claimed(Shelf(shelf.place))).names == ("Anne", "My_Team", "_")
    case = await claimed(shelf, Placing("Änne", ("my team", "x"), "1"))
    assert case.names[1] == f"my_team-{short_hash('', 'my team')}"


def test_a_staging_folder_is_called_by_the_ticket_and_the_version(shelf: Shelf) -> None:
    """§2.7: `<ticket id>-<8 hex>`; the same whenever the version is put, another one for another version."""
    first, second = (planned(shelf, replace(PLACING, ref="4711"), version).staging for version in (1, 2))
    assert re.fullmatch("4711-[0-9a-f]{8}", first) and re.fullmatch("4711-[0-9a-f]{8}", second) and first != second
    assert planned(shelf, replace(PLACING, ref="4711")).staging == first


async def test_a_top_folder_belongs_to_one_organisation(shelf: Shelf) -> None:
    mine, theirs = await claimed(shelf), await claimed(shelf, org=GLOBEX)
    assert mine.names[0] == "Anne" and theirs.names[0] == f"Anne-{short_hash(str(GLOBEX), 'Änne')}"


async def test_a_folder_from_before_that_differs_in_case_only(shelf: Shelf, root: Path) -> None:
    (root / "anne" / "My_Team").mkdir(parents=True)
    assert (await claimed(shelf)).names[0] == f"Anne-{short_hash(str(ACME), 'Änne')}"
    assert (await claimed(shelf, Placing("anne", ("My Team",), "1"))).names == ("anne", "My_Team")


async def test_an_equal_file_of_another_case_or_archive_is_left_alone(shelf: Shelf) -> None:
    first = planned(shelf, await claimed(shelf))
    await shelf.put(first, parts(first))
    other = "ticket//1"
    marked = await claimed(shelf, case=other)
    plan = planned(shelf, marked)
    assert plan.pdf() == f"Ticket-1_2026-11-22-{short_hash(str(ACME), other)}.pdf"
    await shelf.put(plan, parts(plan, other, b"%PDF other"))
    with pytest.raises(NameTaken):
        await shelf.put(first, parts(first, other, b"%PDF other"))
    await shelf.delete([first.path(first.sidecar)])
    assert (await claimed(shelf)).mark != ""
    kept = await shelf.claim(PLACING, org=ACME, case=CASE, moment=NOON, pdfs=[_sha(b"%PDF")])
    assert kept.mark == ""


async def test_bad_paths_are_refused_before_anything_is_claimed(shelf: Shelf, root: Path) -> None:
    for placing in (Placing("anna", (), "1"), Placing("..", ("a",), "1")):
        with pytest.raises(PathRefused):
            await claimed(shelf, placing)
        with pytest.raises(PathRefused):
            planned(shelf, placing)
    assert names_below(root) == set()


async def test_settings_open_it(tmp_path: Path) -> None:
    told = PlacesSettings.model_validate({"STORAGE__PATH_POLICY__FILENAME_PATTERN": "{ticket_number}.pdf"})
    shelf = open_shelf(told, StorageSettings(), tmp_path)
    assert planned(shelf).pdf() == "1.pdf" and "GB free" in await shelf.look()
    assert json.loads((tmp_path / "archive" / ".waypost-archive").read_text())["waypost"] == "archive"
    assert await shelf.locked_until("x") is None and await shelf.guard(["x"], NOON) is None
    await shelf.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STORAGE_ATOMIC_WRITE", "false"),
        ("STORAGE__PATH_POLICY__SANITIZE__STRIP_CONTROL_CHARS", "false"),
        ("STORAGE__PATH_POLICY__SANITIZE__REPLACE_WHITESPACE", "/"),
        ("STORAGE__PATH_POLICY__FILENAME_PATTERN", "{nothing}.pdf"),
        ("STORAGE_PERMANENT_ERRORS", "ENOSUCH"),
        ("STORAGE_BACKEND", "s3"),
    ],
)
def test_what_cannot_be_honoured_is_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(ValueError):
        PlacesSettings.model_validate({name: value})


def test_the_bucket_uses_the_login_of_the_other_content_unless_it_has_its_own(tmp_path: Path) -> None:
    storage = StorageSettings.model_validate({"S3_ACCESS_KEY_ID": "a", "S3_SECRET_ACCESS_KEY": "b", "S3_REGION": "eu"})
    told = {"STORAGE_BACKEND": "s3", "ARCHIVE_S3_BUCKET": "kept", "ARCHIVE_S3_OBJECT_LOCK": "compliance"}
    assert open_shelf(PlacesSettings.model_validate(told), storage, tmp_path).place.root == "s3://kept"
    own = told | {"ARCHIVE_S3_ACCESS_KEY_ID": "c", "ARCHIVE_S3_PREFIX": "/acme/"}
    assert open_shelf(PlacesSettings.model_validate(own), storage, tmp_path).place.root == "s3://kept/acme"


def _sha(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()
