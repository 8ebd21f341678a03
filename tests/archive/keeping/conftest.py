"""Acme's archive with real files, and people who keep and release."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from tests.archive.records.keeping import Case, put
from tests.archive.records.running import Running
from tests.cast import Player, enter
from tests.fixtures import Product
from waypost.archive.keeping import jobs
from waypost.archive.keeping.erasers import Erasers, Erasure
from waypost.archive.keeping.models import ErasureDue, ReleaseItem
from waypost.archive.places.folder import FolderPlace
from waypost.archive.places.marker import FirstStart
from waypost.archive.places.shelf import Shelf
from waypost.archive.records.models import CaseArchived, Record
from waypost.archive.records.verifying import Verifier
from waypost.platform.access import MACHINE, Role
from waypost.platform.jobs import Run
from waypost.platform.storage.blobs import Blobs


@dataclass(slots=True)
class Recorder:
    """An origin's eraser that writes down what it was asked for."""

    asked: list[Erasure] = field(default_factory=list)
    let_gone: list[Erasure] = field(default_factory=list)

    async def erase(self, run: Run, erasure: Erasure) -> dict[str, int]:
        self.asked.append(erasure)
        return {"messages": 2}

    async def let_go(self, run: Run, erasure: Erasure) -> None:
        self.let_gone.append(erasure)


@dataclass(slots=True)
class Archive:
    """Acme's."""

    product: Product
    carol: Player
    """A second admin."""
    eraser: Recorder

    @property
    def org(self) -> UUID:
        return self.product.cast.alice.org_id

    @property
    def run(self) -> Running:
        return Running(self.product.house, self.org)

    @property
    def root(self) -> Path:
        return Path(self.product.house.parts.of(Shelf).place.root)

    async def keep(self, case: Case, tags: Sequence[str] = (), snapshot: dict[str, Any] | None = None) -> UUID:
        """A kept record whose term is set, its snapshot in the store."""
        said = msgspec.json.encode(snapshot or {"subject": {"tags": list(tags)}, "of": case.ref})
        (ref,) = await self.product.house.parts.of(Blobs).put_many(self.org, [("archive", said)])
        version = await put(self.product.house, self.org, replace(case, snapshot_key=ref.storage_key))
        fact = CaseArchived(version.record_id, version.id, 1, case.kind, "default", case.ref, case.request_id, "B-B")
        await jobs.archive_set_term(self.run, fact)
        return version.record_id

    async def record(self, record_id: UUID) -> Record:
        """As it stands."""
        async with self.product.house.works.open(self.org, MACHINE, reads=True) as work:
            found = await work.db.scalar(select(Record).where(Record.id == record_id))
        assert found is not None
        return found

    async def erase(self, release_id: str) -> None:
        """What the jobs of an agreed release do."""
        async with self.product.house.works.open(self.org, MACHINE, reads=True) as work:
            ids = list(await work.db.scalars(select(ReleaseItem.id).where(ReleaseItem.release_id == UUID(release_id))))
        for item_id in ids:
            await jobs.archive_erase_record(self.run, ErasureDue(item_id))

    async def call(self, who: Player, method: str, path: str, **body: Any) -> Any:
        """A program's answer; it must be fine."""
        async with self.product.visit(who) as client:
            answer = await client.request(method, path, json=body or None)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def refused(self, who: Player, method: str, path: str, **body: Any) -> int:
        """The status of a refusal."""
        async with self.product.visit(who) as client:
            answer = await client.request(method, path, json=body or None)
        assert answer.status_code >= 400, answer.text
        return int(answer.status_code)

    def files(self) -> set[str]:
        """Every file of the tree but the marker."""
        found = {str(one.relative_to(self.root)) for one in self.root.rglob("*") if one.is_file()}
        return found - {".waypost-archive"}


@pytest.fixture
async def archive(product: Product, tmp_path: Path) -> AsyncIterator[Archive]:
    """With a second admin, an eraser at the origin, and a tree of its own."""
    eraser, parts = Recorder(), product.house.parts
    by_kind = parts.of(Erasers).by_kind
    own, by_kind["zammad"] = by_kind["zammad"], eraser
    shared = parts.of(Shelf)
    parts.add(Shelf(FolderPlace(str(tmp_path / "archive"), sync=False, first=FirstStart(tmp_path / "roots"))))
    verifier = parts.of(Verifier)
    parts.add(replace(verifier, shelf=parts.of(Shelf)))
    await parts.of(Shelf).place.prepare()
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        carol = await enter(product.cast.desk, work, "Carol", Role.ADMIN)
    yield Archive(product, carol, eraser)
    parts.add(shared)
    parts.add(verifier)
    by_kind["zammad"] = own
