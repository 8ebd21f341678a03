"""Runs against the board: every adapter, limits, fresh links, resumption, cancellation."""

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.sourcing.fetching.companion import NOW, Clock, Companion, Desk, terms_of
from tests.wire.board import Board
from waypost.sourcing.fetching.faults import Cancelled, LeaseLost
from waypost.sourcing.fetching.hands import Progress
from waypost.sourcing.fetching.leaves import OwnLeave
from waypost.sourcing.fetching.pipeline import carry_out
from waypost.sourcing.fetching.trip import Means
from waypost.sourcing.wire.identity import identity_key
from waypost.sourcing.wire.report import Completion
from waypost.sourcing.wire.task import Resume
from waypost.sourcing.wire.words import Outcome, Phase

pytestmark = pytest.mark.anyio


async def test_lists_are_followed_and_every_offer_is_read(board: Board, desk: Desk) -> None:
    found, hands = await desk.run(board.task(limit=60))
    assert (found.status, found.outcome, found.total_found, found.scraped_count) == ("COMPLETED", "success", 12, 12)
    assert {offer.source_id for offer in hands.offers} == {str(one.number) for one in board.site.positions}
    assert sum(path == "/jobs" for path in board.paths()) == 3
    assert found.diagnostics["ignoredRecommendedLinks"] == 2
    assert (found.diagnostics["adapter"], found.diagnostics["recipeVersion"]) == ("recipe", 1)
    assert [len(offers) for _, _, offers in hands.chunks] == [10, 2]
    assert all(agent.startswith("Waypost/") for agent in {one.agent for one in board.log})


@pytest.mark.parametrize(
    ("adapter", "path", "requests"),
    [
        ("jsonld", "/jobs", 15),
        ("feed", "/feed.xml", 1),
        ("feed", "/atom.xml", 1),
        ("feed", "/feed.json", 1),
        ("sitemap", "/sitemap.xml", 14),
    ],
)
async def test_every_adapter_finds_all_of_them(
    board: Board, desk: Desk, adapter: str, path: str, requests: int
) -> None:
    task = board.task(limit=60, path=path, terms=terms_of(board, adapter, within="#results, body"))
    found, hands = await desk.run(task)
    assert (found.outcome, found.scraped_count) == (Outcome.SUCCESS, 12)
    assert sorted(offer.url for offer in hands.offers) == sorted(board.base + one.path for one in board.site.positions)
    assert len(board.paths()) == requests


async def test_the_findings_pass_the_api_s_own_validator(board: Board, desk: Desk) -> None:
    found, _ = await desk.run(board.task(limit=3))
    told = Completion(source_run_id="0199f3a0-0000-7000-8000-000000000001", **found.content())
    assert told.written()["diagnostics"]["acceptedOfferCount"] == told.scraped_count == 3


async def test_lists_alone_are_read_where_the_operator_says_so(board: Board, desk: Desk) -> None:
    hands = Companion(desk.visitor(task := board.task(limit=60)))
    found = await carry_out(task, hands, Means(lists_only=True, drawing_ms=30_000))
    assert set(board.paths()) == {"/jobs"} and found.resume is None
    assert found.diagnostics["detailAttemptedCount"] == 0
    assert found.scraped_count == found.diagnostics["salvagedOfferCount"] == len(hands.offers) > 0
    told = found.diagnostics
    assert (told["browserFallbackBudgetMs"], told["browserFallbackRemainingMs"]) == (30_000, 30_000)


async def test_a_limit_ends_the_list_early(board: Board, desk: Desk) -> None:
    found, _ = await desk.run(board.task(limit=4))
    assert (found.total_found, found.scraped_count) == (4, 4)
    assert board.paths().count("/jobs") == 1
    assert found.resume is None


async def test_fresh_offers_join_without_being_asked_for(board: Board, desk: Desk) -> None:
    keys = [identity_key(str(one.number), "") for one in board.site.positions]
    found, hands = await desk.run(board.task(limit=60, known_fresh=tuple(keys[:4])), fresh=frozenset(keys[4:7]))
    assert sorted(hands.cached) == sorted(keys[:7])
    assert (found.scraped_count, found.diagnostics["skippedFreshUrls"]) == (5, 7)
    assert len([path for path in board.paths() if path.startswith("/jobs/")]) == 5


async def test_a_list_of_fresh_offers_only_is_healthy(board: Board, desk: Desk) -> None:
    keys = frozenset(identity_key(str(one.number), "") for one in board.site.positions)
    found, _ = await desk.run(board.task(limit=60), fresh=keys)
    assert (found.status, found.outcome, found.scraped_count) == ("COMPLETED", Outcome.ALL_CACHED, 0)
    told = found.diagnostics
    assert (told["resultKind"], told["emptyReason"], told["silentFailure"]) == ("healthy", "all_cached", False)


async def test_zero_offers_are_a_result(board: Board, desk: Desk) -> None:
    found, hands = await desk.run(board.task(path="/jobs?nothing=1"))
    assert (found.status, found.outcome) == ("COMPLETED", Outcome.FILTERS_EXHAUSTED)
    assert found.diagnostics["hadZeroOffersStep"] is True
    assert hands.offers == []


async def test_another_scraper_goes_on_where_the_first_stopped(board: Board, desk: Desk) -> None:
    first = Companion(desk.visitor(task := board.task(limit=60)))

    def dies(progress: Progress) -> None:
        if progress.phase == Phase.DETAIL_FETCH and len(first.offers) == 10:
            raise ConnectionError

    first.after_beat = dies
    with pytest.raises(ConnectionError):
        await carry_out(task, first)
    left = first.beats[-1].resume
    assert left is not None and len(left.pending) == 2
    second = Companion(desk.visitor(again := task.model_copy(update={"resume": left})))
    found = await carry_out(again, second)
    assert found.scraped_count == 2
    assert len({offer.url for offer in (*first.offers, *second.offers)}) == 12


async def test_offers_that_wait_in_the_basket_are_not_done(board: Board, desk: Desk) -> None:
    companion = Companion(desk.visitor(task := board.task(limit=60)))
    await carry_out(task, companion)
    half_way = next(one for one in companion.beats if one.phase == Phase.DETAIL_FETCH and one.offers == 5)
    assert half_way.resume is not None
    assert len(half_way.resume.pending) == 12


async def test_a_continuation_reads_links_alone(board: Board, desk: Desk) -> None:
    urls = tuple(board.base + one.path for one in board.site.positions[:3])
    found, hands = await desk.run(board.task(limit=3, resume=Resume(pending=urls, done=("source:1012",))))
    assert (found.scraped_count, board.paths().count("/jobs")) == (3, 0)
    assert {offer.source_id for offer in hands.offers} == {"1001", "1002", "1003"}


@pytest.mark.parametrize(("answer", "raised"), [("cancel_requested", Cancelled), ("lease_lost", LeaseLost)])
async def test_the_api_s_word_ends_a_run(board: Board, desk: Desk, answer: str, raised: type[Exception]) -> None:
    companion = Companion(desk.visitor(task := board.task()), answer={answer: True})
    with pytest.raises(raised):
        await carry_out(task, companion)
    assert board.paths() == ["/jobs"]


async def test_time_that_is_over_leaves_links_for_another_run(board: Board, desk: Desk) -> None:
    board.trouble("/jobs/", through=True, seconds=0.12)
    found, hands = await desk.run(board.task(limit=60, task_timeout_ms=1_000))
    assert found.status == "COMPLETED" and 0 < found.scraped_count < 12
    assert found.resume is not None
    assert len(found.resume.pending) == 12 - found.scraped_count
    assert found.diagnostics["resume"]["pending"] == list(found.resume.pending)
    assert found.diagnostics["detailStopReason"] == "budget_reached"
    rest, _ = await desk.run(board.task(limit=60, resume=replace_done(found.resume)))
    assert rest.scraped_count + len(hands.offers) == 12


def replace_done(left: Resume) -> Resume:
    """The same, as it went over the wire."""
    return Resume.model_validate(left.written())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"terms": None}, "[validation] the task says nothing of how 'marigold' is read"),
        ({"listing_url": None}, "[validation] 'marigold' has neither an address nor filters to make one of"),
    ],
)
async def test_a_task_that_cannot_be_followed_fails_by_its_own_words(
    board: Board, desk: Desk, change: dict[str, None], sentence: str
) -> None:
    task = board.task().model_copy(update=change)
    found, _ = await desk.run(task)
    assert (found.status, found.error, found.failure_type) == ("FAILED", sentence, "validation")
    assert found.outcome == Outcome.FAILED_VALIDATION
    assert board.log == []


async def test_an_unknown_adapter_and_a_faulty_recipe_are_named(board: Board, desk: Desk) -> None:
    terms = board.terms()
    for wrong, words in (
        (terms.model_copy(update={"adapter": "telepathy"}), "There is no adapter 'telepathy'"),
        (terms.model_copy(update={"recipe": {"listing": {"links": "a[["}}}), "'a[[' is not a CSS selector"),
    ):
        found, _ = await desk.run(board.task(terms=wrong))
        assert found.status == "FAILED" and words in (found.error or "")


async def test_progress_only_grows(board: Board, desk: Desk) -> None:
    _, hands = await desk.run(board.task(limit=60))
    for before, after in pairwise(hands.beats):
        assert after.pages_visited >= before.pages_visited
        assert after.links >= before.links and after.offers >= before.offers
    assert replace(hands.beats[-1], resume=None).phase == Phase.NORMALIZE


async def test_the_richest_summaries_are_read_first(board: Board, desk: Desk) -> None:
    """Salaries weigh most; of equals the address decides."""
    board.site.positions = board.site.positions[:5]
    rich = {one.path for one in board.site.positions if one.salary}
    await desk.run(board.task(limit=60))
    asked = [path for path in board.paths() if path.startswith("/jobs/")]
    assert asked == [*sorted(rich), *sorted(set(asked) - rich)]
    assert 0 < len(rich) < 5


async def test_a_budget_of_two_reads_two(board: Board, desk: Desk) -> None:
    board.trouble("/jobs/", through=True, seconds=0.3)
    found, hands = await desk.run(board.task(limit=3, task_timeout_ms=1_000))
    assert found.diagnostics["detailStopReason"] == "budget_reached"
    assert (found.diagnostics["stopReason"], len(hands.offers)) == ("detail_budget_exhausted", found.scraped_count)
    assert found.diagnostics["detailAttemptedCount"] < 3


async def test_only_links_whose_page_gave_nothing_are_salvaged(board: Board, desk: Desk) -> None:
    silent, fine = board.site.positions[0], board.site.positions[1]
    board.trouble(silent.path, 200, b"<p>empty</p>")
    keys = frozenset({identity_key(str(board.site.positions[2].number), "")})
    found, hands = await desk.run(board.task(limit=3), fresh=keys)
    assert found.diagnostics["salvagedOfferCount"] == 1
    by_via = {via: [offer.source_id for offer in offers] for via, _, offers in hands.chunks}
    assert by_via == {"detail": [str(fine.number)], "salvage": [str(silent.number)]}


async def test_leave_that_comes_too_late_is_not_waited_for(board: Board, desk: Desk) -> None:
    """The run ends in time by itself, with its links left for another one."""
    clock = Clock()
    visitor = desk.visitor(task := board.task(limit=60), OwnLeave(clock, 5_000), clock=clock, sleep=clock.sleep)
    found = await carry_out(task, Companion(visitor, clock))
    assert (found.status, found.diagnostics["detailStopReason"]) == ("COMPLETED", "budget_reached")
    assert (clock.now - NOW).total_seconds() <= 36
    assert found.resume is not None and len(found.resume.pending) == 12 - found.scraped_count
