"""Evidence and completeness in `/metrics`: over all organisations, without a word about any of them."""

from datetime import timedelta

import pytest

from tests.conftest import Orgs
from tests.fixtures import Product
from waypost.archive.completeness.figures import FAMILIES, ArchiveFigures
from waypost.archive.completeness.models import CompletenessWatch
from waypost.archive.evidence.actions import note_comparison, note_waiting, note_walk
from waypost.database import plain
from waypost.platform.access import MACHINE
from waypost.platform.clock import utc_now
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio


async def figures(product: Product) -> dict[str, float]:
    async with product.visit() as stranger:
        lines = (await stranger.get("/metrics")).text.splitlines()
    names = {name for name, _says in FAMILIES.values()}
    return {line.split()[0]: float(line.split()[1]) for line in lines if line.split()[0] in names}


async def test_what_is_wrong_anywhere_is_counted(product: Product, orgs: Orgs) -> None:
    before = await figures(product)
    async with product.house.works.open(orgs.acme, MACHINE) as work:
        await note_comparison(work, "log_behind")
        await note_walk(work, 3, [{"what": "leaf_changed", "where": "1"}])
        await note_waiting(work, work.now - timedelta(days=400))
    async with product.house.works.open(orgs.globex, MACHINE) as work:
        at = work.now - timedelta(days=500)
        row = {"complete_until": at, "seen": new_id(), "unarchived": 3, "oldest_at": at, "looked_at": work.now}
        work.db.add(CompletenessWatch(**row))
    found = {family.name: family.samples[0].value for family in fresh(product).collect()}
    assert found["waypost_evidence_doubtful_logs"] == before["waypost_evidence_doubtful_logs"] + 1
    assert found["waypost_evidence_changed_logs"] == before["waypost_evidence_changed_logs"] + 1
    assert found["waypost_evidence_unproven_age_seconds"] >= timedelta(days=400).total_seconds()
    assert found["waypost_archive_unarchived"] == before["waypost_archive_unarchived"] + 3
    assert found["waypost_archive_unarchived_age_seconds"] >= timedelta(days=500).total_seconds()


def fresh(product: Product) -> ArchiveFigures:
    """One that has not asked yet."""
    return ArchiveFigures(plain(product.house.database.app), utc_now)


def test_a_database_that_is_away_leaves_them_out() -> None:
    assert list(ArchiveFigures("postgresql://nobody@127.0.0.1:1/none", utc_now).collect()) == []
