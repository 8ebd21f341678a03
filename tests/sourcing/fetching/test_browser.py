"""Pages that scripts draw: a real Chromium draws them, and every request they make is ours."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from demo.board.terms import RECIPE
from tests.needs import needs
from tests.sourcing.fetching.companion import AGENT, Companion, Desk
from tests.wire.board import CHALLENGE, Board
from waypost.sourcing.fetching.browser import Chromium, Drawer, Limits
from waypost.sourcing.fetching.faults import NoBrowser, NotDrawn
from waypost.sourcing.fetching.pipeline import carry_out
from waypost.sourcing.wire.words import Outcome

pytestmark = pytest.mark.anyio
QUICK = Limits(cooldown_ms=0)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One loop for one browser."""
    return "asyncio"


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Chromium]:
    made = Chromium(needs("chromium"))
    yield made
    await made.close()


def drawn(board: Board, **more: Any) -> Any:
    """The board, whose list is drawn by scripts."""
    recipe: Mapping[str, Any] = {**RECIPE, "browser": True, **more}
    return board.terms(recipe=dict(recipe))


async def test_a_drawn_list_is_read_and_every_request_is_ours(board: Board, desk: Desk, chromium: Chromium) -> None:
    task = board.task(path="/drawn", limit=3, terms=drawn(board))
    companion = Companion(desk.visitor(task, drawing=Drawer(chromium, AGENT, QUICK)))
    found = await carry_out(task, companion)
    assert (found.status, found.scraped_count) == ("COMPLETED", 3)
    assert {one.agent for one in board.log} == {AGENT}
    assert board.paths()[:2] == ["/drawn", "/api/jobs.json"]
    assert found.diagnostics["browserFallbackCount"] == 1
    assert ("LISTING_FALLBACK_TRIGGERED", "info") in companion.lines


async def test_a_page_has_no_way_out_of_its_own(board: Board, desk: Desk, chromium: Chromium) -> None:
    script = (
        "<p id=p>start</p><img src='/pixel.png'><script>fetch('http://169.254.169.254/x').catch(()=>p.append('|no'));"
        "fetch('/apply/1').catch(()=>p.append('|robots'));new WebSocket(location.href.replace('http','ws'));"
        "navigator.sendBeacon('/beacon','x');document.cookie='a=b'</script>"
    )
    board.trouble("/trap", 200, script.encode())
    visitor = desk.visitor(board.task(), drawing=Drawer(chromium, AGENT, QUICK))
    page = await visitor.fetch(board.base + "/trap", drawn=True)
    assert page.drawn and "|no" in page.text and "|robots" in page.text
    assert board.paths() == ["/trap"]


async def test_a_no_is_not_drawn(board: Board, desk: Desk, chromium: Chromium) -> None:
    board.trouble("/drawn", 403, CHALLENGE)
    drawer = Drawer(chromium, AGENT, QUICK)
    task = board.task(path="/drawn", terms=drawn(board))
    found = await carry_out(task, Companion(desk.visitor(task, drawing=drawer)))
    assert (found.outcome, drawer.drawn, board.paths()) == (Outcome.SOURCE_HTTP_BLOCKED, 0, ["/drawn"])


async def test_a_run_draws_no_more_pages_than_it_may(board: Board, desk: Desk, chromium: Chromium) -> None:
    drawer = Drawer(chromium, AGENT, Limits(most=1, cooldown_ms=0))
    visitor = desk.visitor(board.task(), drawing=drawer)
    assert (await visitor.fetch(board.base + "/drawn", drawn=True)).drawn
    with pytest.raises(NotDrawn, match="may draw no more"):
        await visitor.fetch(board.base + "/drawn", drawn=True)


async def test_between_two_drawn_pages_there_is_rest(board: Board, desk: Desk, chromium: Chromium) -> None:
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    drawer = Drawer(chromium, AGENT, Limits(budget_ms=60_000, cooldown_ms=700), sleep=rest)
    visitor = desk.visitor(board.task(), drawing=drawer)
    for _ in range(2):
        assert (await visitor.fetch(board.base + "/drawn", drawn=True)).drawn
    assert rests == [0.7] and 0 < drawer.used_ms < 60_000
    drawer.used_ms = 60_000
    with pytest.raises(NotDrawn, match="may draw no more"):
        await visitor.fetch(board.base + "/drawn", drawn=True)


async def test_without_a_browser_the_run_says_so(board: Board, desk: Desk) -> None:
    found, _ = await desk.run(board.task(path="/drawn", terms=drawn(board)))
    assert (found.status, found.outcome) == ("FAILED", Outcome.BROWSER_BOOTSTRAP_FAILED)
    assert "no browser is installed" in (found.error or "")


async def test_a_source_that_never_asked_for_one_gets_none(board: Board, desk: Desk) -> None:
    found, hands = await desk.run(board.task(path="/drawn"))
    assert (found.status, found.outcome) == ("COMPLETED", Outcome.LISTING_EMPTY)
    assert not any("FALLBACK" in code for code, _ in hands.lines)


async def test_a_browser_that_cannot_start_is_a_fault(board: Board, desk: Desk) -> None:
    broken = Chromium("/bin/false", pause=0)
    visitor = desk.visitor(board.task(), drawing=Drawer(broken, AGENT, QUICK))
    try:
        with pytest.raises(NoBrowser, match="could not be started"):
            await visitor.fetch(board.base + "/drawn", drawn=True)
    finally:
        await broken.close()
