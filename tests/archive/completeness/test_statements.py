"""The statement of a day: all that was closed, each with its record, its exemption or its gap; covered by the log."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text, update

from tests.archive.completeness.closed import Desk
from tests.archive.evidence.logbook import Clock, Owner
from tests.archive.evidence.trials import Trial, Undo
from waypost.archive.completeness import queries
from waypost.archive.completeness.actions import DayNotOver, id_of, look, state
from waypost.archive.completeness.jobs import due_days
from waypost.archive.completeness.models import Statement
from waypost.archive.evidence import queries as evidence
from waypost.archive.records.models import Record, VersionKind
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio

DAY = date(2026, 11, 1)
MORNING = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


async def stated(desk: Desk, day: date = DAY) -> Statement:
    """The statement that counts, with its list."""
    async with desk.log.work() as work:
        await state(work, day)
    async with desk.log.work() as work:
        found = await queries.statement(work.db, day, whole=True)
    assert found is not None
    return found


async def hour(desk: Desk) -> list[date]:
    """What the hourly job does; the days it stated."""
    async with desk.log.work() as work:
        due = await due_days(work)
    for day in due:
        async with desk.log.work() as work:
            await state(work, day)
    return due


async def looked(desk: Desk) -> tuple[int, datetime | None]:
    """What the look of every five minutes finds."""
    async with desk.log.work() as work:
        found = await look(work)
    assert found is not None
    return found.unarchived, found.oldest_at


async def test_a_day_names_each_case_once_with_its_record_exemption_or_gap(desk: Desk, foreign: Desk) -> None:
    kept = await desk.close(MORNING)
    exempt, missing = await desk.close(MORNING, exempt="policy_never"), await desk.close(MORNING)
    record = await desk.keep(kept, MORNING + timedelta(minutes=1))
    await desk.close(MORNING - timedelta(hours=9))
    await desk.close(MORNING + timedelta(hours=16))
    await foreign.close(MORNING)
    found = await stated(desk)
    assert (found.count, found.kept, found.exempt, found.gaps, found.revision) == (3, 1, 1, 1, 1)
    case = {"closed_at": "2026-11-01T08:30:00.000000Z", "kind": "zammad", "source": "default"}
    assert json.loads(found.items) == [
        case | {"ref": kept, "record": str(record.id), "version": 1},
        case | {"ref": exempt, "exempt": "policy_never"},
        case | {"ref": missing, "gap": True},
    ]
    assert found.items_sha256 == sha256(found.items.encode()).hexdigest()


async def test_the_log_covers_a_statement(desk: Desk) -> None:
    await desk.close(MORNING)
    found = await stated(desk)
    async with desk.log.work() as work:
        leaf = await evidence.leaf_at(work.db, found.position)
    assert leaf is not None and leaf.kind == "statement"
    assert leaf.content == {
        "day": "2026-11-01",
        "revision": 1,
        "count": 1,
        "kept": 0,
        "exempt": 0,
        "gaps": 1,
        "items_sha256": found.items_sha256,
        "replaces": None,
    }
    assert await desk.log.walk() == []


async def test_a_version_from_before_the_closing_does_not_fill_its_gap(desk: Desk) -> None:
    ref = await desk.close(MORNING)
    await desk.keep(ref, MORNING - timedelta(seconds=1))
    await desk.keep(ref, MORNING + timedelta(seconds=1), stands=False)
    assert (await stated(desk)).gaps == 1
    await desk.keep(ref, MORNING + timedelta(seconds=2))
    again = await stated(desk)
    assert (again.gaps, json.loads(again.items)[0]["version"]) == (0, 3)


async def test_a_case_that_was_closed_twice_needs_two_versions(desk: Desk) -> None:
    ref = await desk.close(MORNING)
    await desk.keep(ref, MORNING + timedelta(minutes=1))
    await desk.close(MORNING + timedelta(hours=1), ref=ref)
    found = await stated(desk)
    assert (found.count, found.kept, found.gaps) == (2, 1, 1)


async def test_a_raised_level_fills_no_gap_and_an_import_counts_from_when_it_was_made(desk: Desk) -> None:
    ref = await desk.close(MORNING)
    await desk.keep(ref, MORNING + timedelta(minutes=1))
    await desk.close(MORNING + timedelta(hours=1), ref=ref)
    await desk.keep(ref, MORNING + timedelta(hours=2), kind=VersionKind.UPGRADE)
    assert (await stated(desk)).gaps == 1
    old = await desk.close(MORNING)
    record = await desk.keep(old, MORNING + timedelta(days=3), kind=VersionKind.IMPORTED)
    for made_at, gaps in ((MORNING - timedelta(days=9), 2), (MORNING + timedelta(minutes=1), 1)):
        async with desk.log.work() as work:
            await work.db.execute(update(Record).where(Record.id == record.id).values(closed_at=made_at))
        assert (await stated(desk)).gaps == gaps


async def test_a_filled_gap_makes_a_new_statement_that_names_the_old_one(desk: Desk) -> None:
    ref = await desk.close(MORNING)
    first = await stated(desk)
    assert (await stated(desk)).id == first.id
    await desk.keep(ref, MORNING + timedelta(days=1))
    second = await stated(desk)
    assert (second.revision, second.gaps, second.replaces) == (2, 0, first.position)
    assert await desk.log.walk() == []


async def test_a_day_that_is_not_over_is_not_stated(desk: Desk, clock: Clock) -> None:
    with pytest.raises(DayNotOver):
        await stated(desk, clock.now.date())


async def test_the_clock_states_every_day_once_the_empty_ones_too(desk: Desk, clock: Clock) -> None:
    assert await hour(desk) == []
    ref = await desk.close(clock.now - timedelta(days=3))
    assert await hour(desk) == [date(2026, 10, 30), date(2026, 10, 31), DAY]
    await desk.keep(ref)
    clock.pass_(hours=4)
    assert await hour(desk) == [date(2026, 10, 30)]
    assert (await stated(desk, date(2026, 10, 30))).revision == 2
    clock.pass_(days=1)
    assert date(2026, 11, 2) in await hour(desk)
    assert (await stated(desk, date(2026, 10, 30))).revision == 2


async def test_a_closing_that_becomes_known_late_is_stated(desk: Desk, clock: Clock) -> None:
    clock.now = datetime.now(UTC)
    await desk.close(clock.now - timedelta(days=2), exempt="policy_never")
    await hour(desk)
    await desk.close(clock.now - timedelta(days=2))
    assert (clock.now - timedelta(days=2)).date() in await hour(desk)
    found = await stated(desk, (clock.now - timedelta(days=2)).date())
    assert (found.revision, found.count, found.gaps) == (2, 2, 1)


async def test_cases_get_half_an_hour_before_they_are_missing(desk: Desk, foreign: Desk, clock: Clock) -> None:
    clock.now = datetime.now(UTC)
    closed_at = clock.now - timedelta(minutes=31)
    async with desk.log.work() as work:
        assert await look(work) is None
    await desk.close(clock.now - timedelta(minutes=29))
    await desk.close(closed_at, exempt="policy_never")
    assert await looked(desk) == (0, None)
    ref = await desk.close(closed_at)
    assert await looked(desk) == (1, closed_at)
    await desk.keep(ref)
    assert await looked(desk) == (0, None)
    late = closed_at - timedelta(days=40)
    await desk.close(late)
    assert await looked(desk) == (1, late)
    async with foreign.log.work() as work:
        assert await look(work) is None


def test_the_lowest_id_of_a_moment_is_below_those_made_then() -> None:
    before, id_ = datetime.now(UTC), new_id()
    assert id_of(before) <= id_ < id_of(before + timedelta(seconds=10))


TRIALS = (
    Trial("list", ("update archive_statements set items = replace(items, 'gap', 'cap') where {org}",)),
    Trial("list and hash", ("update archive_statements set items = '[]', items_sha256 = '4f53' where {org}",)),
    Trial("numbers", ("update archive_statements set kept = kept + 1, gaps = gaps - 1 where {org}",)),
    Trial("gaps alone", ("update archive_statements set gaps = 0 where {org}",)),
    Trial("dated back", ("update archive_statements set made_at = made_at - interval '1 day' where {org}",)),
    Trial("another day", ("update archive_statements set day = day - 1 where {org}",)),
    Trial("removed", ("delete from archive_statements where {org}",)),
    Trial(
        "added",
        (
            "insert into archive_statements select org_id, gen_random_uuid(), day - 1, revision, count, kept, exempt,"
            " gaps, items, items_sha256, replaces, 99, made_at from archive_statements where {org}",
        ),
    ),
)


async def test_no_statement_is_changed_unseen(desk: Desk, owner: Owner) -> None:
    await desk.close(MORNING)
    await stated(desk)
    undo = Undo(owner, desk.log.org, ("archive_statements",))
    await undo.save()
    assert await desk.log.walk() == []
    for trial in TRIALS:
        assert await undo.do(trial) > 0, trial.name
        assert await desk.log.walk() != [], trial.name
        await undo.restore()
    assert await desk.log.walk() == []


async def test_days_do_not_depend_on_the_zone_of_the_session(desk: Desk) -> None:
    await desk.close(datetime(2026, 11, 1, 23, 59, 59, 999_999, tzinfo=UTC), exempt="policy_never")
    async with desk.log.work() as work:
        await work.db.execute(text("set local timezone to 'Pacific/Auckland'"))
        _first, days = await queries.news(work.db, id_of(datetime(2020, 1, 1, tzinfo=UTC)))
    assert days == [DAY]
