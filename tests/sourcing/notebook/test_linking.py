"""Linking: once for each person and offer, whatever is delivered how often; nothing that a person wrote is lost."""

import asyncio

import pytest
from sqlalchemy import event, func, select

from tests.cast import Cast
from tests.conftest import Orgs
from tests.sourcing.notebook.making import PYTHON, found_by, offers, profile_of, run_of
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.work import Works
from waypost.sourcing.notebook import actions, queries
from waypost.sourcing.notebook.models import Origin, Status, UserJobOffer
from waypost.sourcing.notebook.profile import Competency
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.offers.models import JobOffer

pytestmark = pytest.mark.anyio


async def test_links_are_scored_as_they_come_in(works: Works, cast: Cast) -> None:
    bob = cast.bob
    async with works.open(bob.org_id, MACHINE) as work:
        profile, ids, run = (
            await profile_of(work, bob.person_id),
            await offers(work, 3),
            await run_of(work, bob.person_id),
        )
        assert await actions.link(work, bob.person_id, ids, run_id=run, origin="SCRAPE", profile=profile) == (
            actions.Linked(3, 0, tuple(sorted(ids)))
        )
        mine = await queries.of_offer(work.db, ids[0], bob.person_id)
        assert mine is not None and mine.match_meta is not None
        assert (mine.match_score, mine.violations, mine.match_rank) == (78, 0, 88)
        assert mine.match_meta["profile"] == {"id": str(profile.id), "name": "Python", "revision": 1}
        assert (mine.status, mine.origin, mine.source_run_id) == (Status.NEW, Origin.SCRAPE, run)
        assert await queries.linked_of_run(work.db, run) == 3
        assert await work.db.scalar(select(JobOffer.last_matched_at).where(JobOffer.id == ids[0])) == work.now


async def test_without_a_profile_offers_are_linked_unscored(works: Works, cast: Cast) -> None:
    async with works.open(cast.bob.org_id, MACHINE) as work:
        ids = await offers(work, 1)
        await actions.link(work, cast.bob.person_id, ids, run_id=None, origin=Origin.DB_REUSE, profile=None)
        mine = await queries.of_offer(work.db, ids[0], cast.bob.person_id)
        assert mine is not None and (mine.match_score, mine.match_rank, mine.match_meta) == (None, 0, None)


async def test_twenty_parallel_deliveries_link_once_and_count_once(works: Works, cast: Cast) -> None:
    person, org = cast.bob.person_id, cast.bob.org_id
    async with works.open(org, MACHINE) as work:
        profile, ids, run = await profile_of(work, person), await offers(work, 30), await run_of(work, person)

    async def deliver(turn: int) -> int:
        order = ids if turn % 2 else ids[::-1]
        async with works.open(org, MACHINE) as work:
            return (await actions.link(work, person, order, run_id=run, origin="SCRAPE", profile=profile)).linked

    assert sum(await asyncio.gather(*(deliver(turn) for turn in range(20)))) == 30
    async with works.open(org, MACHINE, reads=True) as work:
        assert await queries.linked_of_run(work.db, run) == 30


async def test_a_delivery_resets_nothing_that_the_person_did(works: Works, cast: Cast) -> None:
    person, org = cast.bob.person_id, cast.bob.org_id
    async with works.open(org, MACHINE) as work:
        profile, ids = await profile_of(work, person), await offers(work, 1)
        await actions.link(work, person, ids, run_id=None, origin="SCRAPE", profile=None)
        mine = await queries.of_offer(work.db, ids[0], person, for_update=True)
        assert mine is not None
        mine.status, mine.notes, mine.tags, mine.follow_up_at = Status.APPLIED, "Rang them.", ["hot"], work.now
        first = mine.linked_at
    async with works.open(org, MACHINE) as work:
        again = await actions.link(work, person, ids, run_id=None, origin="CATALOG_REMATCH", profile=profile)
        assert (again.linked, again.already) == (0, 1)
    async with works.open(org, MACHINE, reads=True) as work:
        kept = await queries.of_offer(work.db, ids[0], person)
        assert kept is not None
        assert (kept.status, kept.notes, kept.tags, kept.origin) == (
            Status.APPLIED,
            "Rang them.",
            ["hot"],
            Origin.SCRAPE,
        )
        assert kept.linked_at == first and kept.follow_up_at is not None
        assert kept.match_score == 78, "a profile that fits better becomes its score"


async def test_a_profile_that_fits_worse_changes_nothing(works: Works, cast: Cast) -> None:
    person = cast.bob.person_id
    async with works.open(cast.bob.org_id, MACHINE) as work:
        good, ids = await profile_of(work, person), await offers(work, 1)
        poor = await profile_of(work, person, {"keywords": ["zeppelin"]}, name="Poor", active=False)
        for profile in (good, poor, None):
            await actions.link(work, person, ids, run_id=None, origin="SCRAPE", profile=profile)
        mine = await queries.of_offer(work.db, ids[0], person)
        assert mine is not None and (mine.career_profile_id, mine.match_score) == (good.id, 78)


async def test_as_many_statements_for_two_hundred_as_for_one(works: Works, cast: Cast) -> None:
    async def statements(count: int) -> int:
        async with works.open(cast.bob.org_id, MACHINE) as work:
            ids = await offers(work, count)
            profile = await profile_of(work, cast.bob.person_id, name=str(count), active=False)
            seen: list[object] = []

            def heard(*told: object) -> None:
                seen.append(told[2])

            engine = works.shards.engine.sync_engine
            event.listen(engine, "before_cursor_execute", heard)
            await actions.link(work, cast.bob.person_id, ids, run_id=None, origin="SCRAPE", profile=profile)
            event.remove(engine, "before_cursor_execute", heard)
            return len(seen)

    assert await statements(1) == await statements(200) == 3


async def test_what_is_another_organisations_is_not_linked(works: Works, cast: Cast, orgs: Orgs) -> None:
    async with works.open(orgs.globex, MACHINE) as work:
        theirs = await offers(work, 2)
    async with works.open(orgs.acme, MACHINE) as work:
        linked = await actions.link(
            work, cast.bob.person_id, [*theirs, new_id()], run_id=None, origin="SCRAPE", profile=PYTHON
        )
        assert (linked.linked, linked.already) == (0, 3)
        assert await work.db.scalar(select(func.count()).select_from(UserJobOffer)) == 0


async def test_rematching_takes_what_fits_and_is_missing_and_was_seen_lately(works: Works, cast: Cast) -> None:
    person, terms = cast.bob.person_id, NotebookTerms(rematch_batch=4)
    async with works.open(cast.bob.org_id, MACHINE) as work:
        profile, ids = await profile_of(work, person), await offers(work, 6)
        await offers(work, 1, is_expired=True)
        await offers(work, 1, quality_state="REVIEW")
        await offers(work, 1, last_seen_at=work.now - terms.rematch_within * 2)
        await offers(
            work,
            1,
            title="Gardener",
            description="Roses and hedges, all year round, in Kraków and around it, out of doors.",
        )
        await actions.link(work, person, ids[:2], run_id=None, origin="SCRAPE", profile=profile)
        found = await actions.find_matches(work, person, profile, 3, terms)
        assert (found.total, found.matched, len(found.offer_ids)) == (5, 4, 3)
        linked = await actions.link_matches(work, person, found, run_id=None, profile=profile)
        assert (linked.linked, linked.already) == (3, 0) and not set(linked.offer_ids) & set(ids[:2])
        rest = await actions.find_matches(work, person, profile, 3, terms)
        assert (rest.matched, len(rest.offer_ids)) == (1, 1)
        assert (await actions.find_matches(work, person, profile, 3, terms, "elsewhere")).total == 0


async def test_a_broken_condition_is_never_rematched(works: Works, cast: Cast) -> None:
    person = cast.bob.person_id
    stated = PYTHON.stated() | {"hard": {"work_modes": ["onsite"]}}
    async with works.open(cast.bob.org_id, MACHINE) as work:
        profile = await profile_of(work, person, stated)
        await offers(work, 2)
        found = await actions.find_matches(work, person, profile, 20, NotebookTerms(rematch_least=0))
        assert (found.total, found.matched) == (2, 0)


async def test_an_earlier_run_is_reused_as_far_as_it_has_something_new(works: Works, cast: Cast) -> None:
    alice, bob = cast.alice.person_id, cast.bob.person_id
    async with works.open(cast.bob.org_id, MACHINE) as work:
        ids = await offers(work, 5)
        thin, rich, empty = [await run_of(work, alice) for _ in range(3)]
        await found_by(work, thin, ids[:2])
        await found_by(work, rich, ids)
        await actions.link(work, bob, ids[:1], run_id=None, origin="SCRAPE", profile=None)
        assert await queries.reusable(work.db, bob, [empty], enough=1) is None
        enough = await queries.reusable(work.db, bob, [thin, rich], enough=1)
        assert enough is not None and (enough.run_id, enough.total, enough.fresh) == (thin, 2, (ids[1],))
        most = await queries.reusable(work.db, bob, [empty, thin, rich], enough=9)
        assert most is not None and (most.run_id, most.total, len(most.fresh)) == (rich, 5, 4)


async def test_only_a_ready_profile_of_ones_own_counts(works: Works, cast: Cast) -> None:
    async with works.open(cast.bob.org_id, MACHINE) as work:
        mine = await profile_of(work, cast.bob.person_id)
        draft = await profile_of(work, cast.bob.person_id, {}, name="Draft", active=False, state="DRAFT")
        assert await queries.profile_ready(work.db, cast.bob.person_id) == mine
        assert await queries.profile_ready(work.db, cast.bob.person_id, mine.id) == mine
        assert await queries.profile_ready(work.db, cast.bob.person_id, draft.id) is None
        assert await queries.profile_ready(work.db, cast.alice.person_id, mine.id) is None
        assert mine.competencies[0] == Competency("Python", "high")
