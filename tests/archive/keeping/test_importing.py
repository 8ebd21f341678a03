"""A tree that another archiver wrote comes into the catalogue, unchanged and once."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.archive.keeping.conftest import Archive
from waypost.archive.evidence.models import EvidenceLeaf
from waypost.archive.keeping.importing import Import, Report
from waypost.archive.places.placement import Placing
from waypost.archive.places.shelf import Shelf
from waypost.archive.places.tree import standing
from waypost.archive.records.models import Record, RecordVersion
from waypost.platform.access import MACHINE

pytestmark = pytest.mark.anyio
OLD_ROOT = "/mnt/old-share"


def archived(tree: Path, ticket: int, day: str, pdf: bytes, **changed: Any) -> Path:
    """As the documented archiver leaves it behind."""
    folder = tree / "anna" / "uber_cafe"
    (folder / "attachments").mkdir(parents=True, exist_ok=True)
    path = folder / f"Ticket-{20000 + ticket}_{day}.pdf"
    path.write_bytes(pdf)
    plan = f"{ticket}_1_plan.dwg"
    (folder / "attachments" / plan).write_bytes(b"lines")
    sidecar = {
        "attachments": [
            {
                "storage_path": f"{OLD_ROOT}/anna/uber_cafe/attachments/{plan}",
                "article_id": ticket,
                "attachment_id": 1,
                "filename": "plan.dwg",
                "sha256": hashlib.sha256(b"lines").hexdigest(),
            }
        ],
        "ticket_id": ticket,
        "ticket_number": str(20000 + ticket),
        "title": "Tür klemmt",
        "created_at": f"{day}T09:00:00Z",
        "storage_path": f"{OLD_ROOT}/anna/uber_cafe/{path.name}",
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "signing": {"enabled": True, "tsa_used": False, "cert_fingerprint": "ab" * 32},
        "service": {"name": "old", "version": "1", "python": "3.12.1"},
        **changed,
    }
    text = json.dumps(sidecar, ensure_ascii=False, indent=2, sort_keys=True)
    path.with_name(f"{path.name}.json").write_text(text + "\n", encoding="utf-8")
    return path


def fill(tree: Path) -> None:
    """Two good tickets, one of them kept twice; and everything that can be wrong."""
    archived(tree, 1, "2025-03-02", b"%PDF second")
    archived(tree, 1, "2025-03-01", b"%PDF first")
    archived(tree, 2, "2025-04-01", b"%PDF two")
    archived(tree, 3, "2025-05-01", b"%PDF three").write_bytes(b"%PDF changed")
    archived(tree, 4, "2025-05-02", b"%PDF four").with_suffix(".pdf.json").unlink()
    archived(tree, 5, "2025-05-03", b"%PDF five").with_suffix(".pdf.json").write_text("{")
    archived(tree, 6, "2025-05-04", b"%PDF six")
    (tree / "anna" / "uber_cafe" / "attachments" / "6_1_plan.dwg").unlink()
    (tree / "anna" / ".tmp-archiving-9-00000000").mkdir()
    (tree / "anna" / ".tmp-archiving-9-00000000" / "half.pdf").write_bytes(b"%")


WRONG = {"hash_mismatch": 1, "missing_sidecar": 1, "bad_sidecar": 1, "missing_attachment": 1}


@pytest.fixture
def brought(archive: Archive) -> Callable[..., Any]:
    """Runs an import for Acme."""

    async def run(tree: Path, *, dry: bool = False) -> Report:
        house = archive.product.house
        one = Import(house.works, house.parts.of(Shelf), archive.org, tree, dry=dry)
        return await one.run(lambda _path, _became: None)

    return run


def states(tree: Path) -> dict[str, tuple[bytes, int]]:
    found = [one for one in tree.rglob("*") if one.is_file() and not one.name.startswith(".waypost")]
    return {
        str(one.relative_to(tree)): (one.read_bytes(), one.stat().st_mtime_ns)
        for one in found
        if ".way" not in str(one)
    }


async def test_the_archives_own_root_is_read_where_it_is(archive: Archive, brought: Callable[..., Any]) -> None:
    tree = archive.root
    fill(tree)
    before = states(tree)
    assert (await brought(tree, dry=True)).counts == {"would_import": 3, **WRONG}
    assert not (tree / ".waypost-names").exists()
    report = await brought(tree)
    assert report.counts == {"imported": 3, **WRONG} and not report.clean
    assert (await brought(tree)).counts == {"already": 3, **WRONG}
    assert states(tree) == before
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        records = {one.ref: one for one in await work.db.scalars(select(Record))}
        versions = list(await work.db.scalars(select(RecordVersion).order_by(RecordVersion.log_position)))
        leaves = [one.kind for one in await work.db.scalars(select(EvidenceLeaf))]
    assert set(records) == {"1", "2"} and leaves == ["imported"] * 3
    assert (records["1"].newest, records["1"].number, records["1"].title) == (2, "20001", "Tür klemmt")
    assert [one.sha256 for one in versions][:2] == [_sha(b"%PDF first"), _sha(b"%PDF second")]
    assert {one.level_reason for one in versions} == {"plain_cms"}
    looked = await archive.call(archive.product.cast.alice, "POST", f"/archives/{records['2'].id}/verification")
    assert looked["ok"], looked
    (tree / "anna" / "uber_cafe" / "attachments" / "2_1_plan.dwg").write_bytes(b"other")
    assert not (await archive.call(archive.product.cast.alice, "POST", f"/archives/{records['2'].id}/verification"))[
        "ok"
    ]


async def test_a_tree_elsewhere_is_copied_in(archive: Archive, brought: Callable[..., Any], tmp_path: Path) -> None:
    tree = tmp_path / "old"
    archived(tree, 1, "2025-03-01", b"%PDF first")
    shelf = archive.product.house.parts.of(Shelf)
    await shelf.place.prepare()
    assert (await brought(tree)).clean
    path = "anna/uber_cafe/Ticket-20001_2025-03-01.pdf"
    assert await shelf.read(path) == b"%PDF first" and await shelf.exists(f"{path}.json")
    assert await shelf.read("anna/uber_cafe/attachments/1_1_plan.dwg") == b"lines"
    archived(tree, 2, "2025-03-01", b"%PDF mine")
    await shelf.place.put("anna/uber_cafe", [("Ticket-20002_2025-03-01.pdf", b"%PDF another")], label="x")
    assert (await brought(tree)).counts == {"already": 1, "taken": 1}


async def test_a_part_of_the_root(archive: Archive, brought: Callable[..., Any]) -> None:
    fill(archive.root)
    assert (await brought(archive.root / "anna")).counts == {"imported": 3, **WRONG}
    async with archive.product.house.works.open(archive.org, MACHINE, reads=True) as work:
        folders = set(await work.db.scalars(select(Record.folder)))
    assert folders == {"anna/uber_cafe"}


async def test_new_versions_go_where_the_old_ones_are(archive: Archive, brought: Callable[..., Any]) -> None:
    archived(archive.root, 1, "2025-03-01", b"%PDF first")
    await brought(archive.root)
    shelf, mallory = archive.product.house.parts.of(Shelf), archive.product.cast.mallory
    placing = Placing("anna", ("über café",), "20001")
    now = archive.product.house.works.clock()
    mine = await shelf.claim(placing, org=archive.org, case="zammad/default/1", moment=now)
    theirs = await shelf.claim(placing, org=mallory.org_id, case="zammad/default/1", moment=now)
    assert mine.names == ("anna", "uber_cafe") and theirs.names[0].startswith("anna-")


async def test_ours_are_told_apart_and_odd_sidecars_read(tmp_path: Path) -> None:
    archived(tmp_path, 1, "2025-03-01", b"%PDF", record_id="x")
    archived(tmp_path, 2, "2025-03-01", b"%PDF", created_at="yesterday", sha256=_sha(b"%PDF").upper())
    archived(tmp_path, 3, "2025-03-01", b"%PDF", attachments="none")
    archived(tmp_path, 4, "2025-03-01", b"%PDF", ticket_id=None)
    one, two, three, four = standing(tmp_path)
    assert one.is_ours and two.trouble is None and two.made_at.year == 1970
    assert three.trouble == four.trouble == "bad_sidecar"


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
