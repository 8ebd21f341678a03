"""The torture set through the whole desk: each mail ends as a ticket, a duplicate or a quarantine item, as promised.

A seeded sample here, with every case in which the desk itself acts; all of it with PROVE=1.
"""

import os
import random
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ticketing.agent import Agent
from tests.ticketing.desk import START, MailDesk
from tests.ticketing.verdicts import broken, ended
from tests.wire.torture import cases
from tests.wire.torture.case import Case, fill
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.work import Works
from waypost.ticketing.messages.models import AddressKind, OwnAddress
from waypost.ticketing.tickets.models import AllowedRecipient

pytestmark = pytest.mark.anyio

SAMPLE = 60
GROUP = 20
SEED = int(os.environ.get("SEED", "20261122"))
JOURNAL = "journal@acme.example"


def chosen() -> list[list[Case]]:
    """Groups of cases: one test each, so that a failure names its neighbours' seed and nothing else."""
    fit = cases()
    if os.environ.get("PROVE") != "1":
        light = [case for case in fit if not case.heavy and not case.answers]
        fit = random.Random(SEED).sample(light, SAMPLE) + [case for case in fit if case.answers]
    return [fit[start : start + GROUP] for start in range(0, len(fit), GROUP)]


async def desk_for(case: Case, works: Works, folder: Path) -> MailDesk:
    """A new organisation, set up as the case asks; half a minute after each mail an agent acts."""
    desk = MailDesk.at(works, new_id(), folder)
    desk.works = replace(works, clock=lambda: START + timedelta(minutes=desk.arrived, seconds=30))
    async with works.open(desk.org, MACHINE) as work:
        own = {JOURNAL: AddressKind.JOURNAL, "support@acme.example": AddressKind.INBOX}
        own |= dict.fromkeys(case.inboxes, AddressKind.INBOX)
        own[JOURNAL] = AddressKind.JOURNAL
        work.db.add_all(OwnAddress(address=address, kind=kind) for address, kind in own.items())
        work.db.add_all(AllowedRecipient(pattern=pattern, created_at=work.now) for pattern in case.allow)
    return desk


async def run(case: Case, works: Works, folder: Path) -> list[str]:
    """One mail after the other, as they arrive."""
    desk = await desk_for(case, works, folder)
    ids, agent = [], Agent(desk)
    for place, given in enumerate(case.raw()):
        raw = fill(given, agent.sent)
        desk.inbox = case.inboxes[place] if place < len(case.inboxes) else None
        (copy,) = await desk.receive([raw])
        await desk.finish([copy], [raw])
        ids.append(copy)
        for answer in case.answers:
            if answer.after == place and (ticket_id := await desk.ticket_of(copy)):
                await agent.act(answer, ticket_id)
    return broken(case, await ended(desk, ids), agent.assignee)


@pytest.mark.parametrize("group", chosen(), ids=lambda group: f"{group[0].name}…{group[-1].name}")
async def test_torture(group: list[Case], works: Works, tmp_path: Path) -> None:
    """Nothing is lost, nothing raises, and what was promised holds."""
    wrong = {case.name: found for case in group if (found := await run(case, works, tmp_path))}
    assert not wrong


async def test_heavy_mails_stay_within_memory(works: Works, tmp_path: Path) -> None:
    """A bomb of tens of megabytes costs less than 200 MB beside its own bytes."""
    heavy = [case for case in cases() if case.heavy and not case.answers]
    if os.environ.get("PROVE") != "1":
        heavy = random.Random(SEED).sample(heavy, 1)
    for case in heavy:
        raws = case.raw()
        tracemalloc.start()
        try:
            wrong = await run(case, works, tmp_path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert not wrong, case.name
        assert peak < 200_000_000 + 3 * sum(map(len, raws)), case.name
