"""Sources: what is shipped, what an organisation says over it, and that nothing is asked without a permission."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Orgs
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.platform.work import Work, Works
from waypost.sourcing.sources import actions, queries
from waypost.sourcing.sources.addresses import fault_of
from waypost.sourcing.sources.hours import is_open, opens_at
from waypost.sourcing.sources.keys import key_for
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.refusals import (
    KeyTaken,
    NoPermission,
    NothingToRemove,
    SourceResting,
)
from waypost.sourcing.sources.shipped import SHIPPED
from waypost.sourcing.sources.standing import Condition, check_hours, condition_of

pytestmark = pytest.mark.anyio

KEY = "pracuj-pl-it"
OWN = {"name": "Zeppelin jobs", "adapter": "jsonld", "recipe": {}, "hosts": ["jobs.zeppelin.example"]}
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


async def test_every_organisation_finds_the_shipped_ones_and_none_is_enabled(works: Works, orgs: Orgs) -> None:
    for org in (orgs.acme, orgs.globex):
        async with works.open(org, MACHINE, reads=True) as work:
            found = await queries.listed(work.db)
            assert [source.key for source in found] == sorted(SHIPPED)
            assert not any(source.enabled or source.permission_note for source in found)


async def test_it_is_enabled_only_after_somebody_wrote_down_why(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        with pytest.raises(NoPermission):
            await actions.enable(work, KEY)
        permitted = await actions.permit(work, KEY, "They wrote on 3 May that we may.")
        assert permitted.permitted_at == work.now
        assert (await actions.enable(work, KEY)).enabled
        assert condition_of(await queries.by_key(work.db, KEY), work.now) is Condition.OPEN
        assert not (await actions.withdraw_permission(work, KEY)).enabled
    async with works.open(orgs.globex, MACHINE) as work:
        assert not (await queries.by_key(work.db, KEY)).enabled


async def test_every_change_is_in_the_audit_log(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        await actions.permit(work, KEY, "Their terms allow it.")
        await actions.enable(work, KEY)
        await actions.stop(work, KEY, "They asked us to.")
        await actions.stop(work, KEY, "Again.")
        await actions.lift_stop(work, KEY)
        await actions.override_pause(work, KEY, minutes=5)
    async with works.open(orgs.acme, MACHINE, reads=True) as work:
        acts = (await work.db.scalars(select(AuditLog.act).order_by(AuditLog.id))).all()
    names = ["permitted", "enabled", "stopped", "stop_lifted", "pause_overridden"]
    assert [act.rpartition(".")[2] for act in acts] == names


async def test_an_own_source_is_nobody_elses(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        assert (await actions.add(work, OWN)).key == "zeppelin-jobs"
        assert (await actions.add(work, OWN)).key == "zeppelin-jobs-2"
        for taken in ("zeppelin-jobs", KEY):
            with pytest.raises(KeyTaken):
                await actions.add(work, OWN, key=taken)
    async with works.open(orgs.globex, MACHINE) as work:
        with pytest.raises(queries.NoSuchSource):
            await queries.by_key(work.db, "zeppelin-jobs")
        with pytest.raises(queries.NoSuchSource):
            await actions.enable(work, "zeppelin-jobs")


async def test_another_host_needs_another_permission(work: Work) -> None:
    key = (await actions.add(work, OWN)).key
    await actions.permit(work, key, "By mail.")
    await actions.enable(work, key)
    same = await actions.change(work, key, {"name": "Zeppelins", "hosts": ["jobs.zeppelin.example"]})
    assert (same.name, same.enabled) == ("Zeppelins", True)
    other = await actions.change(work, key, {"hosts": ["jobs.zeppelin.example", "airships.example"]})
    assert (other.enabled, other.permission_note) == (False, None)


async def test_removing_gives_a_shipped_one_back_as_it_was_shipped(work: Work) -> None:
    await actions.change(work, KEY, {"recipe": {"site": "other"}})
    assert (await queries.by_key(work.db, KEY)).has_own_recipe
    await actions.remove(work, KEY)
    assert await queries.by_key(work.db, KEY) == SHIPPED[KEY]
    with pytest.raises(NothingToRemove):
        await actions.remove(work, KEY)


async def test_its_terms_carry_what_a_scraper_must_know(work: Work) -> None:
    terms = queries.terms_of(replace(SHIPPED[KEY], page_cap=50), page_cap=7)
    assert (terms.key, terms.adapter, terms.hosts, terms.page_cap) == (KEY, "pracuj", ("pracuj.pl",), 7)
    assert terms.recipe == SHIPPED[KEY].recipe


def permitted(**said: object) -> Source:
    values: dict[str, Any] = {"permission_note": "Yes.", "enabled": True, **said}
    return replace(SHIPPED[KEY], **values)


@pytest.mark.parametrize(
    ("source", "condition"),
    [
        (SHIPPED[KEY], Condition.UNPERMITTED),
        (permitted(enabled=False), Condition.DISABLED),
        (permitted(killed_at=NOW), Condition.STOPPED),
        (permitted(window_from=0, window_until=60), Condition.RESTING),
        (permitted(), Condition.OPEN),
    ],
)
def test_what_keeps_a_source_from_being_asked(source: Source, condition: Condition) -> None:
    assert condition_of(source, NOW) is condition


def test_outside_its_hours_a_wish_is_refused_with_the_next_time() -> None:
    check_hours(permitted(), NOW)
    with pytest.raises(SourceResting, match="2026-11-23 00:00"):
        check_hours(permitted(window_from=0, window_until=60), NOW)


@pytest.mark.parametrize(
    ("zone", "begins", "ends", "opens"),
    [
        ("UTC", 9 * 60, 11 * 60, NOW),
        ("UTC", 11 * 60, 12 * 60, datetime(2026, 11, 22, 11, 0, tzinfo=UTC)),
        ("UTC", 8 * 60, 10 * 60, datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        ("UTC", 22 * 60, 10 * 60 + 1, NOW),
        ("Europe/Warsaw", 22 * 60, 5 * 60, datetime(2026, 11, 22, 21, 0, tzinfo=UTC)),
        ("UTC", 9 * 60, 9 * 60, NOW),
    ],
)
def test_a_window_follows_the_clock_of_its_zone(zone: str, begins: int, ends: int, opens: datetime) -> None:
    source = replace(SHIPPED[KEY], window_zone=zone, window_from=begins, window_until=ends)
    assert opens_at(source, NOW) == opens
    assert is_open(source, NOW) is (opens == NOW)


def test_keys_are_readable_and_free() -> None:
    assert key_for("Łódź & Größe!", set()) == "lodz-grosse"
    assert key_for("日本", {"source"}) == "source-2"


@pytest.mark.parametrize(
    ("url", "does"),
    [
        ("https://it.pracuj.pl/praca", True),
        ("https://notpracuj.pl/praca", False),
        ("http://it.pracuj.pl/praca", False),
        ("https://pracuj.pl.evil.example/", False),
        ("https://pracuj.pl@evil.example/", False),
        ("https://user:pass@pracuj.pl/", False),
        ("https://pracuj.pl:8443/", False),
        ("https://pracuj.pl:x/", False),
        ("https://evil.example\\@pracuj.pl/", False),
        ("https://pracuj.pl/ praca", False),
        ("file:///etc/passwd", False),
        ("https://", False),
    ],
)
def test_a_lists_address_lies_on_its_source_and_nowhere_else(url: str, does: bool) -> None:
    assert (fault_of(url, ["pracuj.pl"]) is None) is does


def test_a_board_in_ones_own_network_may_be_plain() -> None:
    assert fault_of("http://127.0.0.1:8080/jobs", ["127.0.0.1"], plain=True) is None
