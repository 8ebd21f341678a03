"""What fell short is raised when the authority is back: a new version that begins with the old one's bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from tests.archive.records.keeping import Case, put
from tests.archive.records.running import Running
from tests.archive.signing.conftest import Making, make, pdf, pki
from tests.fixtures import Product
from waypost.archive.places.refusals import PlaceSilent
from waypost.archive.places.shelf import Shelf
from waypost.archive.records import queries
from waypost.archive.records.draft import Version
from waypost.archive.records.jobs import raise_what_is_due
from waypost.archive.records.models import RecordVersion
from waypost.archive.records.raising import Outcome, raise_one
from waypost.archive.records.seals import Seals
from waypost.archive.records.verifying import Verifier
from waypost.archive.signing.levels import Level
from waypost.archive.signing.signer import Signer
from waypost.platform.access import MACHINE

__all__ = ["make", "pdf", "pki"]
pytestmark = pytest.mark.anyio

DEAD = "http://127.0.0.1:9/"


@contextmanager
def signing(product: Product, signer: Signer) -> Iterator[Running]:
    """The product signs, and judges, with another signer for a while."""
    parts = product.house.parts
    before, looking = parts.of(Signer), parts.of(Verifier)
    parts.add(signer)
    parts.add(Verifier(looking.shelf, looking.blobs, looking.keeper, Seals(signer)))
    try:
        yield Running(product.house, product.cast.alice.org_id)
    finally:
        parts.add(before)
        parts.add(looking)


async def sealed_by(product: Product, signer: Signer, pdf: bytes, wanted: Level, **said: Any) -> Version:
    """A case that this signer sealed."""
    case = Case(pdf=pdf, wanted=wanted, attachments=[b"a plan"], **said)
    return await put(product.house, product.cast.alice.org_id, case, await signer.seal(pdf))


async def rows(product: Product, record: UUID) -> list[RecordVersion]:
    """All versions, oldest first."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        return list(await queries.versions(work.db, record))[::-1]


async def content(product: Product, version: RecordVersion) -> bytes:
    """The bytes of its first PDF."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        (first, *_) = await queries.files(work.db, version.id)
    return await product.house.parts.of(Shelf).read(first.path or "")


async def test_a_t_becomes_an_lta_and_the_old_version_stays(product: Product, make: Making, pdf: bytes) -> None:
    version = await sealed_by(product, make(level="B-T"), pdf, Level.LTA)
    with signing(product, make(level="B-LTA")) as run:
        assert await raise_one(run, version.id) is Outcome.RAISED
        assert await raise_one(run, version.id) is Outcome.SETTLED
        old, new = await rows(product, version.record_id)
        verdicts = [await run.of(Verifier).look(run.work, one.id) for one in (old, new)]
    assert (old.state, new.state) == ("superseded", "kept") and (old.level, new.level) == (Level.T, Level.LTA)
    assert (new.kind, new.number, new.predecessor_id) == ("upgrade", 2, old.id)
    before, after = await content(product, old), await content(product, new)
    assert after.startswith(before) and len(after) > len(before)
    assert [one.failed for one in verdicts] == [(), ()]
    assert new.raise_at is not None and new.blob_keys == [] and old.raise_at is None


async def test_its_leaf_names_the_first_and_its_sidecar_its_own_file(
    product: Product, make: Making, pdf: bytes
) -> None:
    version = await sealed_by(product, make(level="B-T"), pdf, Level.LT)
    with signing(product, make(level="B-LT")) as run:
        await raise_one(run, version.id)
    async with product.visit(product.cast.vera) as program:
        record = (await program.get(f"/archives/{version.record_id}")).json()
        proof = (await program.get(f"/archives/{version.record_id}/proof")).json()
        (sidecar,) = [one for one in record["versions"][0]["files"] if one["role"] == "sidecar"]
        said = (await program.get(sidecar["href"])).json()
    newest = record["versions"][0]
    assert (proof["leaf"]["entry"]["kind"], proof["leaf"]["entry"]["content"]["predecessor"]) == ("upgrade", 0)
    assert (said["version"], said["predecessor"], said["sha256"]) == (2, 1, newest["sha256"])
    assert said["signing"]["level"] == "B-LT" and said["path"].endswith("_v2.pdf")
    assert said["evidence"]["leaf"] == newest["leaf"] and said["attachments"][0]["filename"] == "attachments/0.bin"
    assert [one["event"] for one in record["events"]] == ["case_archived", "record_upgraded"]


async def test_without_a_t_it_gets_a_document_timestamp_and_is_shown_as_such(
    product: Product, make: Making, pdf: bytes
) -> None:
    version = await sealed_by(product, make(tsa_url=DEAD), pdf, Level.T)
    old = (await rows(product, version.record_id))[0]
    assert (old.level, old.level_reason) == (Level.B, "tsa_unreachable")
    with signing(product, make()) as run:
        await product.house.parts.of(Shelf).look()
        assert await raise_one(run, version.id) is Outcome.RAISED
    new = (await rows(product, version.record_id))[1]
    assert new.level == Level.DSS
    async with product.visit(product.cast.vera, {"accept": "text/html"}) as browser:
        page = (await browser.get(f"/archives/{version.record_id}")).text
    assert "That is no T." in page and page.count("rung rung-reached") == 1


async def test_a_dead_authority_costs_one_try_and_ever_longer_waits(product: Product, make: Making, pdf: bytes) -> None:
    version = await sealed_by(product, make(tsa_url=DEAD), pdf, Level.T)
    with signing(product, make(tsa_url=DEAD)) as run:
        first = (await rows(product, version.record_id))[0].raise_at
        assert await raise_one(run, version.id) is Outcome.WAITS
        await raise_what_is_due(run)
    (row,) = await rows(product, version.record_id)
    assert row.raise_tries == 1 and row.raise_at and first and row.raise_at > first


async def test_a_death_after_the_leaf_goes_on_without_signing_again(
    product: Product, make: Making, pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = await sealed_by(product, make(level="B-T"), pdf, Level.LT)
    shelf = product.house.parts.of(Shelf)

    async def dies(*_args: Any, **_named: Any) -> None:
        raise PlaceSilent

    with signing(product, make(level="B-LT")) as run:
        with monkeypatch.context() as broken:
            broken.setattr(type(shelf), "put", dies)
            with pytest.raises(PlaceSilent):
                await raise_one(run, version.id)
        _, reserved = await rows(product, version.record_id)
        assert (reserved.state, reserved.kept_at) == ("reserved", None)
        with monkeypatch.context() as broken:
            broken.setattr(type(run.of(Signer)), "upgrade", dies)
            assert await raise_one(run, version.id) is Outcome.RAISED
    _, new = await rows(product, version.record_id)
    assert (new.id, new.state, new.level) == (reserved.id, "kept", Level.LT)


async def test_a_changed_file_is_never_raised(product: Product, make: Making, pdf: bytes) -> None:
    version = await sealed_by(product, make(level="B-T"), pdf, Level.LT)
    root = product.house.settings.data / "archive" / product.cast.alice.org_id.hex
    (path,) = root.rglob("*.pdf")
    path.chmod(0o640)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with signing(product, make(level="B-LT")) as run:
        assert await raise_one(run, version.id) is Outcome.WAITS
    (row,) = await rows(product, version.record_id)
    assert row.looked_at is not None and row.looked_at.year == 2000
