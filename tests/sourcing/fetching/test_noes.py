"""A site that says no: classified, left alone, and never tricked (sourcing.md 4.5, section 8, 13)."""

import pytest

from tests.sourcing.fetching.companion import Desk
from tests.wire.board import CHALLENGE, Board
from waypost.sourcing.adapters.draft import Draft
from waypost.sourcing.adapters.recipe import site
from waypost.sourcing.fetching.faults import Resting
from waypost.sourcing.wire.words import Outcome

pytestmark = pytest.mark.anyio

NOES = [(403, b"no"), (401, b""), (451, b""), (403, CHALLENGE), (200, CHALLENGE), (503, CHALLENGE)]


@pytest.mark.parametrize(("status", "body"), NOES[:-1])
async def test_a_list_that_says_no_ends_the_run_at_once(board: Board, desk: Desk, status: int, body: bytes) -> None:
    board.trouble("/jobs", status, body)
    found, hands = await desk.run(board.task())
    assert (found.status, found.outcome) == ("FAILED", Outcome.SOURCE_HTTP_BLOCKED)
    assert found.failure_code == "SCRAPE_LISTING_HTTP_BLOCKED"
    assert (found.diagnostics["stopReason"], found.diagnostics["resultKind"]) == ("listing_http_blocked", "blocked")
    assert board.paths() == ["/jobs"]
    assert not any("BROWSER" in code for code, _ in hands.lines)


@pytest.mark.parametrize(("status", "body"), NOES)
async def test_nobody_asks_again_in_the_window(board: Board, desk: Desk, status: int, body: bytes) -> None:
    board.trouble("/jobs", status, body)
    await desk.run(board.task())
    again, _ = await desk.run(board.task())
    assert board.paths() == ["/jobs"]
    assert again.outcome == Outcome.SOURCE_HTTP_BLOCKED
    with pytest.raises(Resting):
        await desk.visitor(board.task()).fetch(board.base + "/feed.xml")


async def test_a_no_on_the_way_keeps_what_the_list_said(board: Board, desk: Desk) -> None:
    board.trouble("/jobs/", 403, CHALLENGE)
    found, hands = await desk.run(board.task(limit=60))
    assert len([path for path in board.paths() if path.startswith("/jobs/")]) == 1
    assert (found.status, found.outcome) == ("COMPLETED", Outcome.PARTIAL_SUCCESS)
    told = found.diagnostics
    assert (told["blockedPages"], told["blockedRate"], told["resultKind"]) == (1, 1.0, "blocked")
    assert (told["salvagedOfferCount"], found.scraped_count) == (12, 12)
    assert {via for via, _, _ in hands.chunks} == {"salvage"}
    assert all({"listing-salvage", "degraded-source"} <= set(offer.tags) for offer in hands.offers)


async def test_a_no_without_summaries_is_a_blocked_run(board: Board, desk: Desk) -> None:
    board.trouble("/jobs/", 403)
    recipe = dict(board.terms().recipe) | {"listing": {"within": "#results", "links": "a.title"}}
    found, _ = await desk.run(board.task(terms=board.terms(recipe=recipe)))
    assert (found.status, found.outcome, found.scraped_count) == ("COMPLETED", Outcome.SOURCE_HTTP_BLOCKED, 0)
    assert found.diagnostics["silentFailure"] is False


@pytest.mark.parametrize("status", [404, 410])
async def test_an_offer_that_is_gone_is_over(board: Board, desk: Desk, status: int) -> None:
    gone = board.site.positions[3]
    board.trouble(gone.path, status)
    found, hands = await desk.run(board.task(limit=60))
    assert (found.scraped_count, found.diagnostics["rejectedOfferReasons"]) == (11, {"expired_offer": 1})
    over = [offer for offer in hands.offers if offer.is_expired]
    assert [offer.source_id for offer in over] == [str(gone.number)]
    assert board.paths().count(gone.path) == 1
    assert not any("BROWSER" in code for code, _ in hands.lines)


async def test_words_on_a_page_do_not_end_an_offer(board: Board, desk: Desk) -> None:
    page = "<h1>Archivist</h1><p>ta oferta wygasła; nie znaleziono oferty; oferta jest nieaktywna</p>"
    posting = '<script type="application/ld+json">{"@type":"JobPosting","title":"A","description":"B"}</script>'
    board.trouble("/jobs/", 200, (page + posting).encode())
    _, hands = await desk.run(board.task(limit=1))
    assert [offer.is_expired for offer in hands.offers] == [False]


async def test_a_marker_ends_it(board: Board, desk: Desk) -> None:
    board.trouble("/jobs/", 200, b"<h1>Gone</h1><p data-expired>over</p>")
    found, hands = await desk.run(board.task(limit=1))
    assert [offer.is_expired for offer in hands.offers] == [True]
    assert found.scraped_count == 0


async def test_pages_that_say_nothing_are_a_parse_gap(board: Board, desk: Desk) -> None:
    board.trouble("/jobs/", 200, b"<p>We are rebuilding.</p>")
    recipe = dict(board.terms().recipe) | {"listing": {"within": "#results", "links": "a.title"}}
    found, _ = await desk.run(board.task(terms=board.terms(recipe=recipe), limit=3))
    assert (found.status, found.outcome) == ("COMPLETED", Outcome.DETAIL_PARSE_GAP)
    assert found.diagnostics["silentFailure"] is True
    assert found.diagnostics["rejectedOfferReasons"] == {"unreadable": 3}


async def test_three_silences_in_a_row_are_enough(board: Board, desk: Desk) -> None:
    board.trouble("/jobs/", 500)
    found, _ = await desk.run(board.task(limit=60))
    assert len([path for path in board.paths() if path.startswith("/jobs/")]) == 3
    assert found.resume is not None and len(found.resume.pending) == 12
    assert found.diagnostics["detailStopReason"] == "source_degraded"


async def test_a_page_that_trips_the_reader_costs_itself_only(
    board: Board, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = board.site.positions[2].path

    def stumbles(document: object, url: str) -> Draft:
        if url.endswith(trap):
            raise RecursionError
        return read(document, url)  # type: ignore[arg-type]  # handed on as it came

    read = site._posting
    monkeypatch.setattr(site, "_posting", stumbles)
    found, _ = await desk.run(board.task(limit=60))
    assert found.diagnostics["rejectedOfferReasons"] == {"unreadable": 1}
    assert (found.scraped_count, found.diagnostics["salvagedOfferCount"]) == (12, 1)
