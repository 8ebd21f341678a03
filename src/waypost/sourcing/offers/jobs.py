"""What follows when offers came in, and what the clock does to the catalogue."""

from datetime import timedelta

from waypost.platform import jobs
from waypost.sourcing.offers.expiring import AT_ONCE as EXPIRED_AT_ONCE
from waypost.sourcing.offers.expiring import expire
from waypost.sourcing.offers.forgetting import BEGINNING, Place, forget
from waypost.sourcing.offers.indexing import index
from waypost.sourcing.offers.models import OffersFound
from waypost.sourcing.offers.reading_again import AT_ONCE as READ_AT_ONCE
from waypost.sourcing.offers.reading_again import read_again
from waypost.sourcing.offers.tallying import tally
from waypost.sourcing.offers.terms import CatalogueTerms

QUEUE = "sourcing.offers"
LONG = timedelta(minutes=30)
ROUNDS = 100
"""Packs of one visit; what is left waits for the next."""


@jobs.on(OffersFound, type="offers_index", queue=QUEUE, batch=5)
async def offers_index(run: jobs.Run, facts: list[OffersFound]) -> None:
    """They are found by search, their companies are known, and what is new is told."""
    async with run.finishing() as work:
        await index(work, sorted({one for fact in facts for one in fact.offer_ids}))


@jobs.every("*/10 * * * *", type="offers_expire", queue=QUEUE, timeout=LONG)
async def offers_expire(run: jobs.Run) -> None:
    """What is over is marked so."""
    for _ in range(ROUNDS):
        async with run.work() as work:
            if len(await expire(work, run.of(CatalogueTerms).unseen)) < EXPIRED_AT_ONCE:
                return


@jobs.every("11 * * * *", type="offers_read_again", queue=QUEUE, timeout=LONG)
async def offers_read_again(run: jobs.Run) -> None:
    """After an update that reads better, all that is kept is read anew, the whole in packs."""
    for _ in range(ROUNDS):
        async with run.work() as work:
            if await read_again(work) < READ_AT_ONCE:
                return


@jobs.every("*/5 * * * *", type="offers_tally", queue=QUEUE, timeout=LONG)
async def offers_tally(run: jobs.Run) -> None:
    """Figures are counted before anybody asks for them."""
    async with run.finishing() as work:
        await tally(work)


@jobs.every("41 3 * * *", type="offers_forget", queue=QUEUE, timeout=LONG)
async def offers_forget(run: jobs.Run) -> None:
    """What was said long ago leaves, pack by pack; a second time there is nothing left to do."""
    place: Place | None = BEGINNING
    while place is not None:
        async with run.work() as work:
            found = await forget(work, run.of(CatalogueTerms), place)
            place = found.place if found else None
