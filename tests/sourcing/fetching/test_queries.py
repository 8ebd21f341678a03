"""Filters: addresses made of them, loosened only where allowed; a person's own address is never replaced."""

from typing import Any
from urllib.parse import parse_qs

import pytest

from demo.board.server import Asked
from demo.board.site import Answer
from demo.board.terms import RECIPE
from tests.sourcing.fetching.companion import Desk
from tests.wire.board import Board
from waypost.sourcing.wire.task import Task, Window
from waypost.sourcing.wire.words import Outcome

pytestmark = pytest.mark.anyio
NAMES = ("technologies", "specializations", "salaryMin", "location", "radiusKm", "positionLevels", "keywords")


def task_of(board: Board, filters: dict[str, Any], **more: Any) -> Task:
    """A run of a source that knows these filters."""
    places = [{"filter": name, "param": name} for name in NAMES]
    recipe = RECIPE | {"filters": {"base": f"{board.base}/jobs", "places": places}}
    told = {"listing_url": None, "filters": filters, "limit": 60, **more}
    return board.task(terms=board.terms(recipe=recipe), **told)


def nothing_while(board: Board, *names: str) -> None:
    """The board finds nothing as long as one of these filters is asked for."""

    def answering(asked: Asked) -> Answer:
        query = parse_qs(asked.query)
        hidden = "&nothing=1" if any(name in query for name in names) else ""
        return board.site.answer(asked.path, asked.query + hidden)

    board.answering = answering


@pytest.fixture(autouse=True)
def honest(board: Board) -> Any:
    """Each test gives the board back as it was."""
    before = board.answering
    yield
    board.answering = before


def queries(board: Board) -> list[str]:
    """What lists were asked for."""
    return [one.query for one in board.log if one.path == "/jobs" and "page=" not in one.query]


async def test_filters_make_the_address(board: Board, desk: Desk) -> None:
    found, _ = await desk.run(task_of(board, {"technologies": ["python"], "salaryMin": 9_000}))
    assert found.listing_url == f"{board.base}/jobs?technologies=python&salaryMin=9000"
    assert found.scraped_count == 12


async def test_nothing_is_loosened_unasked(board: Board, desk: Desk) -> None:
    nothing_while(board, "salaryMin")
    found, hands = await desk.run(task_of(board, {"salaryMin": 9_000}))
    assert (found.outcome, found.diagnostics["relaxationTrail"]) == (Outcome.FILTERS_EXHAUSTED, [])
    assert queries(board) == ["salaryMin=9000"]
    assert hands.offers == []


async def test_what_was_loosened_is_named_and_its_offers_are_marked(board: Board, desk: Desk) -> None:
    nothing_while(board, "technologies")
    found, hands = await desk.run(task_of(board, {"technologies": ["a", "b"], "salaryMin": 9_000}, relax=True))
    assert found.diagnostics["relaxationTrail"] == ["drop_technologies", "drop_technologies"]
    assert queries(board) == [f"technologies={value}&salaryMin=9000" for value in ("a,b", "a")] + ["salaryMin=9000"]
    assert found.scraped_count == 12
    assert {relaxed for _, relaxed, _ in hands.chunks} == {True}


async def test_three_steps_are_enough(board: Board, desk: Desk) -> None:
    nothing_while(board, "keywords")
    found, _ = await desk.run(task_of(board, {"technologies": ["a", "b", "c", "d"], "keywords": "x"}, relax=True))
    assert found.diagnostics["relaxationTrail"] == ["drop_technologies"] * 3
    assert (len(queries(board)), found.outcome) == (4, Outcome.FILTERS_EXHAUSTED)


async def test_hard_constraints_stay(board: Board, desk: Desk) -> None:
    nothing_while(board, "salaryMin")
    told = {"hard": ["salaryMin"]}
    found, _ = await desk.run(task_of(board, {"salaryMin": 9_000}, relax=True, matching_filters=told))
    assert (found.diagnostics["relaxationTrail"], len(queries(board))) == ([], 1)


async def test_a_person_s_address_is_never_replaced(board: Board, desk: Desk) -> None:
    own = f"{board.base}/jobs?nothing=1"
    task = task_of(
        board, {"salaryMin": 9_000}, relax=True, listing_url=own, adaptive_query_window=Window(min=20, max=40)
    )
    found, _ = await desk.run(task)
    assert (found.listing_url, queries(board)) == (own, ["nothing=1"])
    assert "queryPlan" not in found.diagnostics


async def test_queries_are_widened_until_they_fit(board: Board, desk: Desk) -> None:
    nothing_while(board, "positionLevels")
    task = task_of(
        board,
        {"location": "Gdynia", "radiusKm": 100, "positionLevels": ["1"]},
        relax=True,
        adaptive_query_window=Window(min=4, max=9),
        matching_filters={"hard": []},
    )
    found, hands = await desk.run(task)
    plan = found.diagnostics["queryPlan"]
    assert plan == {
        "chosen": "remove_seniority_band",
        "stages": {"base": 0, "broaden_radius_150": 0, plan["chosen"]: 5},
    }
    assert found.scraped_count == 12 and {relaxed for _, relaxed, _ in hands.chunks} == {True}
    assert len(queries(board)) == 3


async def test_one_answer_serves_probe_and_crawl(board: Board, desk: Desk) -> None:
    task = task_of(board, {"keywords": "x"}, relax=True, adaptive_query_window=Window(min=4, max=9))
    found, hands = await desk.run(task)
    assert (found.diagnostics["queryPlan"]["chosen"], queries(board)) == ("base", ["keywords=x"])
    assert {relaxed for _, relaxed, _ in hands.chunks} == {False}


async def test_a_wider_query_that_is_refused_costs_no_answer_that_came(board: Board, desk: Desk) -> None:
    """Ten offers are less than the window wants, so a wider query is asked; the site says no to that one."""

    def answering(asked: Asked) -> Answer:
        if "radiusKm" in parse_qs(asked.query):
            return Answer(403, b"no")
        return board.site.answer(asked.path, asked.query)

    board.answering = answering
    wish = task_of(board, {"location": "Gdynia"}, relax=True, adaptive_query_window=Window(min=20, max=40), limit=4)
    found, hands = await desk.run(wish)
    assert found.status == "COMPLETED" and found.total_found == 4
    assert found.diagnostics["queryPlan"] == {"chosen": "base", "stages": {"base": 5}}
    assert ("LISTING_PROBE_FAILED", "warning") in hands.lines and found.diagnostics["blockedPages"] >= 1
    assert len([one for one in queries(board) if "radiusKm" in one]) == 1, "and no further one is tried"
