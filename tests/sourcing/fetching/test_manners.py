"""Manners as the host sees them: its own log is what is measured."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.sourcing.fetching.companion import AGENT, NOW, Clock, Companion, Desk
from tests.wire.board import Board
from waypost.platform.clock import utc_now
from waypost.sourcing.fetching.faults import Elsewhere, Forbidden, Resting, TooLarge, Unreachable
from waypost.sourcing.fetching.leaves import OwnLeave
from waypost.sourcing.fetching.pipeline import carry_out
from waypost.sourcing.wire.task import Budget

pytestmark = pytest.mark.anyio
JITTER = 0.03
"""Seconds by which a busy machine may delay what it measures."""


async def test_a_host_is_never_asked_faster_than_granted(board: Board, desk: Desk) -> None:
    await desk.run(board.task(limit=5), OwnLeave(utc_now, 100))
    first = board.log[0].at
    assert len(board.log) == 7
    for number, asked in enumerate(board.log):
        assert asked.at >= first + number * 0.1 - JITTER


async def test_two_scrapers_share_one_timeline(board: Board, desk: Desk) -> None:
    leave, other = OwnLeave(utc_now, 60), Desk()
    try:
        await asyncio.gather(desk.run(board.task(limit=5), leave), other.run(board.task(limit=5), leave))
    finally:
        await other.way.close()
    first = board.log[0].at
    assert len(board.log) == 14
    for number, asked in enumerate(board.log):
        assert asked.at >= first + number * 0.06 - JITTER


async def test_slots_of_a_task_are_used_and_no_more_asked_for_than_needed(board: Board, desk: Desk) -> None:
    leave = OwnLeave(utc_now, 2)
    given = Budget(host=board.host, first_at=utc_now(), interval_ms=40, slots=7)
    await desk.run(board.task(limit=5, budgets=(given,)), leave)
    assert sum(news.wanted for news in leave.asked) <= 8
    assert {news.host for news in leave.asked} <= {"127.0.0.1"}


async def test_a_run_says_how_often_it_asked(board: Board, desk: Desk) -> None:
    leave = OwnLeave(utc_now, 2)
    visitor = desk.visitor(task := board.task(limit=5), leave)
    await carry_out(task, Companion(visitor))
    told = sum(news.asked for news in (*leave.asked, *visitor.news()))
    assert told == len(board.log) == 7


async def test_what_robots_txt_forbids_is_never_asked_for(board: Board, desk: Desk) -> None:
    board.site.robots = "User-agent: Waypost\nDisallow: /jobs\n\nUser-agent: *\nAllow: /\n"
    found, _ = await desk.run(board.task())
    assert (found.status, found.outcome) == ("FAILED", "blocked_by_source")
    assert (found.failure_code, found.diagnostics["failureReason"]) == ("SCRAPE_ROBOTS_DISALLOWED", "robots_disallowed")
    assert [one.path for one in board.log] == ["/robots.txt"]


async def test_one_forbidden_offer_does_not_stop_the_others(board: Board, desk: Desk) -> None:
    gone = board.site.positions[0].path
    board.site.robots = f"User-agent: *\nDisallow: {gone}\n"
    found, _ = await desk.run(board.task(limit=60))
    assert gone not in board.paths()
    assert found.diagnostics["blockedUrls"] == [board.base + gone]
    assert (found.scraped_count, found.diagnostics["salvagedOfferCount"]) == (12, 1)


@pytest.mark.parametrize(
    ("status", "is_allowed"), [(404, True), (403, True), (410, True), (500, False), (503, False), (429, False)]
)
async def test_a_missing_robots_txt_allows_and_a_broken_one_forbids(
    board: Board, desk: Desk, status: int, is_allowed: bool
) -> None:
    board.trouble("/robots.txt", status)
    visitor = desk.visitor(board.task())
    if is_allowed:
        assert (await visitor.fetch(board.base + "/jobs")).ok
    else:
        with pytest.raises(Forbidden):
            await visitor.fetch(board.base + "/jobs")
        assert board.paths() == []


async def test_robots_txt_is_asked_for_once_a_day(board: Board, desk: Desk) -> None:
    clock = Clock()
    for hours in (0, 20, 23.9, 24.2):
        clock.now = NOW + timedelta(hours=hours)
        visitor = desk.visitor(board.task(), clock=clock, sleep=clock.sleep)
        await visitor.fetch(board.base + "/jobs")
    assert [one.path for one in board.log].count("/robots.txt") == 2


async def test_a_crawl_delay_is_kept(board: Board, desk: Desk) -> None:
    board.site.robots = "User-agent: *\nCrawl-delay: 7\n"
    clock = Clock()
    visitor = desk.visitor(board.task(), OwnLeave(clock, 1_000), clock=clock, sleep=clock.sleep)
    asked_at = []
    for path in ("/jobs", "/feed.xml", "/atom.xml"):
        await visitor.fetch(board.base + path, wanted=30)
        asked_at.append(clock.now)
    assert all(after - before >= timedelta(seconds=7) for before, after in pairwise(asked_at))


async def test_a_crawl_delay_is_told_to_whoever_gives_leave(board: Board, desk: Desk) -> None:
    board.site.robots = "User-agent: *\nCrawl-delay: 7\n"
    clock = Clock()
    leave = OwnLeave(clock, 1_000)
    visitor = desk.visitor(board.task(), leave, clock=clock, sleep=clock.sleep)
    await visitor.fetch(f"{board.base}/jobs", wanted=30)
    first, *later = leave.asked
    assert first.crawl_delay_ms is None and {news.crawl_delay_ms for news in (*later, *visitor.news())} == {7_000}


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_silence_until_then(board: Board, desk: Desk, status: int) -> None:
    clock = Clock()
    leave = OwnLeave(clock, 10)
    trouble = board.trouble("/jobs/", status, headers={"retry-after": "90"}, times=1)
    visitor = desk.visitor(task := board.task(limit=5), leave, clock=clock, sleep=clock.sleep)
    found = await carry_out(task, Companion(visitor, clock))
    assert trouble.times == 0
    assert len([path for path in board.paths() if path.startswith("/jobs/")]) == 1
    assert (found.status, found.diagnostics["detailStopReason"]) == ("COMPLETED", "source_degraded")
    assert found.resume is not None and len(found.resume.pending) == 5
    news = [one for one in leave.asked if one.closed_until]
    assert [one.reason for one in news] == [f"http_{status}"]
    with pytest.raises(Resting):
        await visitor.fetch(board.base + "/jobs")
    clock.now += timedelta(seconds=91)
    assert (await visitor.fetch(board.base + "/jobs")).ok


async def test_a_grant_that_is_closed_is_obeyed(board: Board, desk: Desk) -> None:
    until = utc_now() + timedelta(minutes=5)
    shut = Budget(host=board.host, first_at=utc_now(), interval_ms=10, slots=0, closed_until=until)
    found, _ = await desk.run(board.task(budgets=(shut,)))
    assert (found.status, found.outcome) == ("FAILED", "source_http_blocked")
    assert board.log == []


async def test_unchanged_lists_are_not_sent_again(board: Board, desk: Desk) -> None:
    visitor = desk.visitor(board.task())
    first = await visitor.fetch(board.base + "/jobs", kept=True)
    again = await visitor.fetch(board.base + "/jobs", kept=True)
    assert (first.unchanged, again.unchanged, again.body) == (False, True, first.body)
    assert board.log[-1].headers["if-none-match"]


async def test_redirects_are_judged_like_addresses(board: Board, desk: Desk) -> None:
    board.trouble("/old", 302, headers={"location": "/jobs"})
    board.trouble("/away", 302, headers={"location": "https://elsewhere.example/jobs"})
    board.trouble("/plain", 302, headers={"location": "ftp://127.0.0.1/"})
    board.trouble("/round", 302, headers={"location": "/round"})
    board.trouble("/apply-now", 302, headers={"location": "/apply/1"})
    visitor = desk.visitor(board.task())
    assert (await visitor.fetch(board.base + "/old")).url == board.base + "/jobs"
    for path in ("/away", "/plain", "/round"):
        with pytest.raises(Elsewhere):
            await visitor.fetch(board.base + path)
    with pytest.raises(Forbidden):
        await visitor.fetch(board.base + "/apply-now")
    assert "/apply/1" not in board.paths()


async def test_a_private_address_is_refused_unless_the_operator_allows_it(board: Board) -> None:
    desk = Desk()
    desk.way.allowed = ()
    await desk.way.close()
    from waypost.sourcing.fetching.visiting import way_out

    desk.way = way_out()
    found, _ = await desk.run(board.task())
    await desk.way.close()
    assert (found.outcome, board.log) == ("failed:validation", [])
    assert "private network" in (found.error or "")


@pytest.mark.parametrize(
    "url",
    [
        "http://board.example/jobs",
        "https://board.example:8443/jobs",
        "https://user:secret@board.example/",
        "https://board.example.evil.example/",
        "https://notboard.example/",
        "https://[::1/",
        "file:///etc/passwd",
    ],
)
async def test_only_the_source_s_own_addresses_are_asked(board: Board, desk: Desk, url: str) -> None:
    terms = board.terms(recipe={}).model_copy(update={"hosts": ("board.example",)})
    visitor = desk.visitor(board.task(terms=terms))
    with pytest.raises(Elsewhere):
        await visitor.fetch(url)


async def test_a_page_has_a_size(board: Board, desk: Desk) -> None:
    board.trouble("/huge", 200, b"x" * 5_100_000)
    with pytest.raises(TooLarge):
        await desk.visitor(board.task()).fetch(board.base + "/huge")


async def test_a_source_has_a_page_cap(board: Board, desk: Desk) -> None:
    found, _ = await desk.run(board.task(limit=60, terms=board.terms(page_cap=4)))
    assert len(board.paths()) == 4
    assert (found.scraped_count, found.diagnostics["detailStopReason"]) == (1, "source_degraded")
    capped, _ = await desk.run(board.task(limit=60, terms=board.terms(page_cap=1)))
    assert (capped.status, capped.scraped_count) == ("COMPLETED", 0)


async def test_silence_is_tried_once_more_and_then_believed(board: Board, desk: Desk) -> None:
    board.trouble("/jobs", 500, times=1)
    found, _ = await desk.run(board.task(limit=2))
    assert (found.scraped_count, found.diagnostics["stageRetryCounts"]["listingHttpRetries"]) == (2, 1)
    board.trouble("/jobs", 500)
    with pytest.raises(Unreachable):
        await desk.visitor(board.task()).fetch(board.base + "/jobs")
    failed, _ = await desk.run(board.task())
    assert (failed.status, failed.failure_type, failed.outcome) == ("FAILED", "network", "failed:network")


async def test_everybody_hears_our_name(board: Board, desk: Desk) -> None:
    await desk.run(board.task(limit=1))
    assert {one.agent for one in board.log} == {AGENT}
    assert not any("cookie" in one.headers for one in board.log)
