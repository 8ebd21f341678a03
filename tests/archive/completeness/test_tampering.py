"""Somebody with all rights is at the archive: files, rows and log. Whatever is done is reported.

Thirty trials by a seed (`SEED`), a thousand with `PROVE=1`.
"""

import os
import random
from pathlib import Path

import pytest

from tests.archive.completeness.whole import FILES, ROWS, TABLES, Whole
from tests.archive.evidence.logbook import Owner
from tests.archive.evidence.trials import TABLES as LOG
from tests.archive.evidence.trials import Trial, Undo
from tests.fixtures import Product
from waypost.archive.places.folder import FolderPlace
from waypost.archive.places.shelf import Shelf

pytestmark = pytest.mark.anyio

TRIALS = 1_000 if os.environ.get("PROVE") else 30
SEED = int(os.environ.get("SEED", "20261122"))


@pytest.fixture
async def whole(product: Product) -> Whole:
    """Filled."""
    place = product.house.parts.of(Shelf).place
    assert isinstance(place, FolderPlace)
    made = Whole(product, product.cast.alice.org_id, Path(place.root))
    await made.fill()
    return made


async def test_every_trial_is_reported(whole: Whole, owner: Owner) -> None:
    chance = random.Random(SEED)
    kept = {path: path.read_bytes() for path in whole.files("")}
    undo = Undo(owner, whole.org, (*TABLES, *LOG))
    await undo.save()
    cursor = await owner.execute(f"select id, record_id, log_position from archive_versions where {undo.where}")
    versions = await cursor.fetchall()
    assert len(versions) == 5 and await whole.found() == []
    kinds: list[str | Trial] = [*FILES, *ROWS]
    for number in range(TRIALS):
        kind = kinds[number] if number < len(kinds) else chance.choice(kinds)
        version, record, leaf = chance.choice(versions)
        other = chance.choice([one for _id, one, _leaf in versions if one != record])
        role = chance.choice(("pdf", "attachment", "sidecar"))
        where = {"version": version, "record": other, "leaf": leaf, "role": role}
        if isinstance(kind, str):
            FILES[kind](chance, whole)
        else:
            assert await undo.do(kind, **where) > 0, (SEED, kind.name)
        assert await whole.found() != [], (SEED, number, kind, where)
        if isinstance(kind, str):
            restore(kept)
        else:
            await undo.restore()
    assert await whole.found() == []


def restore(kept: dict[Path, bytes]) -> None:
    """All files as they were."""
    for path, content in kept.items():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
