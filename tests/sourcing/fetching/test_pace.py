"""How near a run comes to what manners alone take; the full number with PROVE=1 is the benchmark's."""

import pytest

from benchmarks import scrape_board
from tests.sampling import PROVE

pytestmark = pytest.mark.anyio
LINKS, PER_SECOND = (60, 5) if PROVE else (12, 20)
ALLOWANCE = 0.3
"""Seconds for the start of a short run on a busy machine."""


async def test_every_offer_is_read_at_nearly_the_permitted_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrape_board, "PER_SECOND", PER_SECOND)
    found, offers, asked, took = await scrape_board.run(LINKS)
    assert (found.outcome, offers) == ("success", LINKS)
    assert asked == LINKS + scrape_board.PAGES + 1
    limit = (asked - 1) / PER_SECOND
    assert limit * 0.95 <= took <= scrape_board.TARGET * limit + ALLOWANCE
