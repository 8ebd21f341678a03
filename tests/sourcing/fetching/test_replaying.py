"""Stored pages, read again without asking."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from demo.board.terms import RECIPE
from tests.sourcing.fetching.companion import Companion, Desk
from tests.wire.board import Board
from waypost.platform.clock import utc_now
from waypost.sourcing.fetching.keeping import Keeping, stored, sweep
from waypost.sourcing.fetching.pipeline import carry_out
from waypost.sourcing.fetching.replaying import StoredPages

pytestmark = pytest.mark.anyio


async def test_stored_pages_give_the_same_offers_without_a_request(board: Board, desk: Desk, tmp_path: Path) -> None:
    task = board.task(limit=60)
    keeping = Keeping(desk.visitor(task), tmp_path / "run", most=100)
    live = Companion(keeping)
    found = await carry_out(task, live)
    asked = len(board.log)
    again = Companion(StoredPages.of(tmp_path / "run"))
    replayed = await carry_out(task, again)
    assert replayed.scraped_count == found.scraped_count == 12
    assert again.offers == live.offers
    assert len(board.log) == asked
    assert keeping.artifacts()["rawPages"]["count"] == 15


async def test_a_sample_is_kept_and_forgotten_in_time(board: Board, desk: Desk, tmp_path: Path) -> None:
    keeping = Keeping(desk.visitor(task := board.task(limit=60)), tmp_path / "run", most=3)
    await carry_out(task, Companion(keeping))
    assert len(list(stored(tmp_path / "run"))) == 3
    part = await carry_out(task, Companion(StoredPages.of(tmp_path / "run")))
    assert part.scraped_count == part.diagnostics["salvagedOfferCount"] + part.diagnostics["fullDetailOfferCount"]
    assert sweep(tmp_path, utc_now(), timedelta(hours=1)) == 0
    assert sweep(tmp_path, utc_now() + timedelta(hours=2), timedelta(hours=1)) == 1
    assert not (tmp_path / "run").exists()


def test_the_sample_board_s_recipe_is_plain_json() -> None:
    assert json.loads(json.dumps(RECIPE)) == RECIPE
