"""How long: first class that fits, by kind, folder or tag; days and years by the calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.archive.keeping.conftest import Archive
from tests.archive.records.keeping import Case
from waypost.archive.keeping import jobs
from waypost.archive.keeping.models import RetentionChanged
from waypost.archive.keeping.terms import Known, Rule, decide
from waypost.platform.ids import new_id

SINCE = datetime(2024, 2, 29, 12, tzinfo=UTC)
RECORD = Known("zammad", "anna/Kunden/2026", ["legal"], SINCE)


def rule(years: int = 0, days: int = 0, **fits: str | None) -> Rule:
    return Rule(new_id(), years, days, fits.get("kind"), fits.get("path"), fits.get("tag"))


@pytest.mark.parametrize(
    ("fits", "expected"),
    [
        ({}, True),
        ({"kind": "zammad"}, True),
        ({"kind": "ticket"}, False),
        ({"path": "Kunden"}, True),
        ({"path": "Kunden/2026/"}, True),
        ({"path": "Kund"}, False),
        ({"path": "anna"}, False),
        ({"tag": "legal"}, True),
        ({"tag": "Legal"}, False),
        ({"kind": "zammad", "path": "Kunden", "tag": "other"}, False),
    ],
)
def test_everything_that_is_set_must_fit(fits: dict[str, Any], expected: bool) -> None:
    assert rule(1, **fits).fits(RECORD) is expected


def test_the_first_class_decides_and_none_keeps_for_ever() -> None:
    other, first, second = rule(10, kind="ticket"), rule(1), rule(2)
    assert decide([other, first, second], RECORD) == (first.id, datetime(2025, 3, 1, 12, tzinfo=UTC))
    assert decide([other], RECORD) == decide([], RECORD) == (None, None)
    assert rule(4, 1).until(SINCE) == datetime(2028, 3, 1, 12, tzinfo=UTC)
    assert rule(days=10).until(SINCE) - SINCE == timedelta(days=10)


@pytest.mark.anyio
async def test_classes_by_their_doors_decide_on_what_stands_and_what_comes(archive: Archive) -> None:
    alice = archive.product.cast.alice
    before = await archive.keep(Case(ref="1"), tags=["legal"])
    made = await archive.call(alice, "POST", "/archive-retention", name="Law", years=10, tag="legal", priority=1)
    other = await archive.call(alice, "POST", "/archive-retention", name="All", days=30)
    for one in (made, other):
        await jobs.archive_apply_retention(archive.run, RetentionChanged(UUID(one["id"])))
    after = await archive.keep(Case(ref="2", number="20002"))
    record, newer = await archive.record(before), await archive.record(after)
    assert record.kept_at and newer.kept_at and record.retain_until and newer.retain_until
    assert record.retain_until.year - record.kept_at.year == 10
    assert newer.retain_until - newer.kept_at == timedelta(days=30)
    listed = await archive.call(alice, "GET", "/archive-retention")
    assert [(one["name"], one["records"]) for one in listed["items"]] == [("Law", 1), ("All", 1)]
    await archive.call(alice, "PATCH", f"/archive-retention/{made['id']}", years=0, days=1)
    await archive.call(alice, "DELETE", f"/archive-retention/{other['id']}")
    await jobs.archive_apply_retention(archive.run, RetentionChanged(UUID(made["id"])))
    record, newer = await archive.record(before), await archive.record(after)
    assert record.kept_at and record.retain_until == record.kept_at + timedelta(days=1)
    assert newer.retain_until is None
    assert (await archive.call(alice, "GET", "/archive-retention"))["for_ever"] == 1


@pytest.mark.anyio
async def test_classes_that_cannot_be(archive: Archive) -> None:
    alice = archive.product.cast.alice
    await archive.call(alice, "POST", "/archive-retention", name="Law", years=1)
    for wrong in (
        {"name": "No term"},
        {"name": "law", "years": 2},
        {"name": "", "years": 1},
        {"name": "x", "years": -1},
    ):
        assert await archive.refused(alice, "POST", "/archive-retention", **wrong) in (409, 422)
    one = (await archive.call(alice, "GET", "/archive-retention"))["items"][0]
    assert await archive.refused(alice, "PATCH", f"/archive-retention/{one['id']}", years="x") == 422
    assert await archive.refused(archive.product.cast.vera, "POST", "/archive-retention", name="V", years=1) == 403
    assert (
        await archive.refused(archive.product.cast.mallory, "PATCH", f"/archive-retention/{one['id']}", years=9) == 404
    )
