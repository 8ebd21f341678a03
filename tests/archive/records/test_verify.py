"""Whatever is not as it was kept is named: on demand, on schedule, and until it is whole again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.archive.records.keeping import Case, put, sha
from tests.archive.records.running import Running
from tests.conftest import Orgs
from tests.fixtures import Product
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.evidence.walking import Besides, Walk
from waypost.archive.records.draft import Version
from waypost.archive.records.jobs import look_at_what_is_due
from waypost.archive.records.judging import look_soon
from waypost.platform.access import MACHINE

pytestmark = pytest.mark.anyio

CASE = Case(attachments=[b"a plan", b"a photo"])
EVERYTHING = ["pdf", "sidecar", "manifest", "attachments", "signature", "inclusion", "checkpoint", "time_proof"]


async def verify(product: Product, record: UUID, **params: Any) -> dict[str, Any]:
    """What a program is told."""
    async with product.visit(product.cast.vera) as program:
        answer = await program.get(f"/archives/{record}/verify", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def failed(answer: dict[str, Any]) -> list[str]:
    """The names of what failed."""
    return [one["name"] for one in answer["checks"] if one["ok"] is False]


@pytest.fixture
async def version(product: Product) -> Version:
    """A record of Acme with two attachments."""
    return await put(product.house, product.cast.alice.org_id, CASE)


@pytest.fixture
def root(product: Product) -> Path:
    """Acme's part of the archive's tree."""
    return product.house.settings.data / "archive" / product.cast.alice.org_id.hex


async def test_what_is_whole_passes_and_what_is_not_there_yet_is_no_failure(product: Product, version: Version) -> None:
    answer = await verify(product, version.record_id)
    assert answer["ok"] is True and answer["version"] == 1
    assert [one["name"] for one in answer["checks"]] == EVERYTHING
    absent = [one["name"] for one in answer["checks"] if one["ok"] is None]
    assert absent == ["signature", "checkpoint", "time_proof"]


async def test_a_checkpoint_that_covers_it_is_checked_too(product: Product, version: Version) -> None:
    org = product.cast.alice.org_id
    await product.house.parts.of(Keeper).checkpoint(org, lambda: product.house.works.open(org, MACHINE))
    checks = {one["name"]: one for one in (await verify(product, version.record_id))["checks"]}
    assert checks["checkpoint"]["ok"] is True and "1 entries" in checks["checkpoint"]["detail"]


def below(root: Path, pattern: str) -> Path:
    """The one file of this kind."""
    (found,) = [one for one in root.rglob("*") if one.match(pattern)]
    return found


def flip(path: Path) -> None:
    """Change one byte, as little as can be."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o640)
    path.write_bytes(bytes(content))


TAMPERED: list[tuple[str, Callable[[Path], None], list[str]]] = [
    ("*.pdf", flip, ["pdf"]),
    ("*.pdf", Path.unlink, ["pdf"]),
    ("*.pdf.json", flip, ["sidecar", "manifest"]),
    ("*.pdf.json", Path.unlink, ["sidecar", "manifest"]),
    ("attachments/1.bin", flip, ["attachments"]),
    ("attachments/0.bin", Path.unlink, ["attachments"]),
]


@pytest.mark.parametrize(("pattern", "harm", "names"), TAMPERED)
async def test_a_changed_or_missing_file_is_named(
    product: Product, version: Version, root: Path, pattern: str, harm: Callable[[Path], None], names: list[str]
) -> None:
    path = below(root, pattern)
    harm(path)
    answer = await verify(product, version.record_id)
    assert answer["ok"] is False and failed(answer) == names
    assert path.name in next(one["detail"] for one in answer["checks"] if one["name"] == names[0])


async def test_a_sidecar_written_anew_with_its_hash_in_the_catalogue_is_still_found(
    product: Product, version: Version, root: Path, owner: "psycopg.AsyncConnection[tuple[object, ...]]"
) -> None:
    path = below(root, "*.pdf.json")
    said = json.loads(path.read_text())
    path.chmod(0o640)
    path.write_text(json.dumps({**said, "title": "Nothing happened"}))
    sha_ = sha(path.read_bytes())
    await owner.execute("update archive_files set sha256 = %s where role = 'sidecar'", [sha_])
    assert failed(await verify(product, version.record_id)) == ["manifest"]


COLUMNS = [
    ("archive_versions", "manifest_sha256", "'" + "0" * 64 + "'", "manifest"),
    ("archive_versions", "number", "7", "inclusion"),
    ("archive_versions", "leaf", "'" + "0" * 64 + "'", "inclusion"),
    ("archive_versions", "log_position", "7", "inclusion"),
    ("archive_versions", "snapshot_sha256", "'" + "0" * 64 + "'", "inclusion"),
    ("archive_files", "sha256", "'" + "0" * 64 + "'", "pdf"),
    ("evidence_leaves", "at", "at - interval '1 day'", "inclusion"),
    ("evidence_leaves", "content", "'{}'", "inclusion"),
    ("evidence_leaves", "hash", "sha256('x')", "inclusion"),
]


@pytest.mark.parametrize(("table", "column", "value", "name"), COLUMNS)
async def test_rows_changed_by_a_superuser_are_found(
    product: Product,
    version: Version,
    owner: "psycopg.AsyncConnection[tuple[object, ...]]",
    table: str,
    column: str,
    value: str,
    name: str,
) -> None:
    org = product.cast.alice.org_id
    await owner.execute(f"update {table} set {column} = {value} where org_id = '{org}'".encode())
    async with product.visit(product.cast.vera) as program:
        answer = (
            await program.get(f"/archives/{version.record_id}/verify?version={7 if column == 'number' else 1}")
        ).json()
    assert name in failed(answer)


async def test_a_failure_is_seen_until_the_file_is_back(product: Product, version: Version, root: Path) -> None:
    path = below(root, "*.pdf")
    content = path.read_bytes()
    flip(path)
    await verify(product, version.record_id)
    await verify(product, version.record_id)
    async with product.visit(product.cast.vera) as program:
        record = (await program.get(f"/archives/{version.record_id}")).json()
        listed = (await program.get("/archives?state=damaged")).json()["items"]
    assert record["state"] == "damaged" and record["versions"][0]["failed_checks"] == ["pdf"]
    assert [one["id"] for one in listed] == [str(version.record_id)]
    path.write_bytes(content)
    assert (await verify(product, version.record_id))["ok"] is True
    async with product.visit(product.cast.vera) as program:
        record = (await program.get(f"/archives/{version.record_id}")).json()
    assert record["state"] == "kept"
    events = [one["event"] for one in record["events"]]
    assert events == ["case_archived", "verification_failed", "verification_recovered"]


async def test_people_look_by_a_button_and_read_what_was_found(product: Product, version: Version) -> None:
    async with product.visit(product.cast.bob, {"accept": "text/html"}) as browser:
        sent = await browser.post(
            f"/archives/{version.record_id}/verification", data={"csrf_token": product.cast.bob.csrf_token}
        )
        assert sent.status_code == 303, sent.text
        page = await browser.get(f"/archives/{version.record_id}")
    assert "everything is as it was kept" in page.text and "Bob" in page.text
    async with product.visit(product.cast.vera) as program:
        assert (await program.post(f"/archives/{version.record_id}/verification")).status_code == 403


async def test_a_download_that_was_changed_breaks_off_before_its_end(
    product: Product, version: Version, root: Path
) -> None:
    async with product.visit(product.cast.vera) as program:
        record = (await program.get(f"/archives/{version.record_id}")).json()
        address = record["versions"][0]["files"][0]["href"]
        whole = await program.get(address)
        assert whole.content == CASE.pdf and whole.headers["content-disposition"].startswith("attachment")
        assert whole.headers["content-security-policy"].startswith("sandbox")
        path = below(root, "*.pdf")
        flip(path)
        broken = await program.get(address)
        assert broken.content != path.read_bytes() and broken.content == b""
        path.unlink()
        assert (await program.get(address)).status_code == 404


async def test_every_version_is_looked_at_in_turn(product: Product, version: Version, root: Path, orgs: Orgs) -> None:
    other = await put(product.house, orgs.acme, Case(ref="2", number="2"))
    path = below(root, "Ticket-20001*.pdf")
    flip(path)
    async with product.house.works.open(orgs.acme, MACHINE) as work:
        await look_soon(work, version.id)
    await look_at_what_is_due(Running(product.house, orgs.acme))
    async with product.visit(product.cast.vera) as program:
        records = (await program.get("/archives")).json()["items"]
    assert {one["id"]: one["state"] for one in records} == {
        str(version.record_id): "damaged",
        str(other.record_id): "kept",
    }


async def test_the_nightly_walk_compares_rows_with_entries(
    product: Product, version: Version, owner: "psycopg.AsyncConnection[tuple[object, ...]]"
) -> None:
    org = product.cast.alice.org_id
    run = Running(product.house, org)
    keeper, besides = product.house.parts.of(Keeper), product.house.parts.of(Besides)
    assert await Walk(org, keeper, besides).over(run.work) == []
    await owner.execute(f"update archive_versions set sha256 = 'other' where org_id = '{org}'".encode())
    found = await Walk(org, keeper, besides).over(run.work)
    assert [(one.what, one.where) for one in found] == [("record_changed", "0")]
