"""What commands ask and do about archive requests."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from waypost.archive.intake import views
from waypost.archive.intake.repairing import Mended, mend, mend_all
from waypost.archive.requests import queries
from waypost.archive.requests.actions import requeue
from waypost.archive.requests.explaining import explained, next_act
from waypost.archive.requests.terms import Terms
from waypost.archive.sources import queries as sources
from waypost.archive.sources.models import KIND
from waypost.archive.sources.opening import Zammads
from waypost.cli.organisations import organisation_of
from waypost.main.house import House
from waypost.platform.access import MACHINE

LETTERS = 1_000
Act = Callable[[House], Awaitable[Any]]


def explanation(org: str, source: str, ticket: str) -> Act:
    """Sentences about a ticket's requests, and what to do."""

    async def act(house: House) -> list[str]:
        async with house.works.open(await organisation_of(house, org), MACHINE, reads=True) as work:
            found = await queries.of_case(work.db, KIND, source, ticket)
            return [*(explained(each, work.now) for each in found), next_act(found)]

    return act


def repaired(org: str, source: str, ticket: str | None) -> Act:
    """One ticket, or all that a source says are being worked on."""

    async def act(house: House) -> list[Mended]:
        org_id = await organisation_of(house, org)
        opens = partial(house.works.open, org_id, MACHINE)
        async with opens(reads=True) as work:
            known = await sources.by_key(work.db, source)
        async with house.parts.of(Zammads).open(known) as zammad:
            if ticket is not None:
                return [await mend(opens, known, zammad, ticket)]
            return await mend_all(opens, known, zammad)

    return act


def stats(org: str) -> Act:
    """The queue in figures."""

    async def act(house: House) -> dict[str, Any]:
        async with house.works.open(await organisation_of(house, org), MACHINE, reads=True) as work:
            return views.stats(await queries.depth(work.db), house.parts.of(Terms).retries, work.now)

    return act


def drained(org: str, source: str, limit: int) -> Act:
    """Dead letters queued again; how many."""

    async def act(house: House) -> int:
        async with house.works.open(await organisation_of(house, org), MACHINE) as work:
            jobs = await queries.dead_jobs(work.db, source, max(1, min(limit, LETTERS)))
            for each in jobs:
                await requeue(work, each)
            return len(jobs)

    return act


def history(org: str, source: str, limit: int, ticket: str | None) -> Act:
    """What came to its end."""

    async def act(house: House) -> dict[str, Any]:
        async with house.works.open(await organisation_of(house, org), MACHINE, reads=True) as work:
            few = max(1, min(limit, 5_000))
            return views.history(await queries.ended(work.db, KIND, source, limit=few, ref=ticket))

    return act
