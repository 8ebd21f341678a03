"""The work of `waypost import`: bring files in and, when asked, wait until nothing of them is left to do."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from waypost.cli.import_counts import Become, became
from waypost.cli.import_progress import Progress
from waypost.cli.organisations import organisation_of
from waypost.cli.sources import Survey, survey
from waypost.main.house import House
from waypost.main.worker import working
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.mailboxes.bring_in import Tally, bring_in

LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Asked:
    """What the operator typed."""

    paths: tuple[Path, ...]
    org: str
    inbox: str | None = None
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """What an import came to; counts are those of this run."""

    figures: dict[str, Any]
    dead: int
    skipped: list[str]
    """The first few files that are no mail, with the reason."""

    def sentence(self) -> str:
        """For people, when nobody waited."""
        seen = self.figures
        return (
            f"{seen['occurrences']} mails are here and will become tickets while a worker runs;"
            f" {seen['already']} were here already, {seen['skipped']} files are no mail."
        )


def bring(asked: Asked) -> Callable[[House], Awaitable[Ended]]:
    """Import; with `wait` a worker in this process helps until every copy of this run has come to its end."""

    async def act(house: House) -> Ended:
        begun, org, floor = perf_counter(), await organisation_of(house, asked.org), new_id()
        found = survey(asked.paths)
        with Progress(found.bytes) as progress:
            if asked.wait:
                async with working(house, watch=False):
                    tally = await _bring(house, org, asked, progress)
                    become = await _until_done(house, org, floor, progress)
            else:
                tally = await _bring(house, org, asked, progress)
                become = await _look(house, org, floor)
        return _ended(found, tally, become, perf_counter() - begun)

    return act


async def _bring(house: House, org: UUID, asked: Asked, progress: Progress) -> Tally:
    blobs = house.parts.of(Blobs)
    return await bring_in(house.works, blobs, org, asked.paths, inbox=asked.inbox, progress=progress.brought)


async def _until_done(house: House, org: UUID, floor: UUID, progress: Progress) -> Become:
    """Copies whose job is dead come to no end by themselves: they are not waited for."""
    while (become := await _look(house, org, floor)).waiting > become.dead:
        progress.became(become)
        await asyncio.sleep(LOOK_SECONDS)
    progress.became(become)
    return become


async def _look(house: House, org: UUID, floor: UUID) -> Become:
    async with house.works.open(org, MACHINE, reads=True) as work:
        return await became(work.db, floor)


def _ended(found: Survey, tally: Tally, become: Become, seconds: float) -> Ended:
    figures = {
        "files": found.files,
        "occurrences": tally.new,
        "messages": become.messages,
        "duplicates": become.duplicates,
        "tickets": become.tickets,
        "quarantined": become.quarantined,
        "already": tally.already,
        "skipped": tally.skipped.total(),
        "seconds": round(seconds, 2),
    }
    return Ended(figures, become.dead, [f"{one.path} ({one.reason.value})" for one in tally.examples])
