"""Raw mail of a closed ticket that the archive still needs, or that a hold guards, stays; all else may go."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from tests.archive.records.keeping import Case, keep
from tests.bridges.conftest import Bridge
from tests.ticketing.desk import mail
from waypost.archive.keeping.holding import place_hold
from waypost.archive.records.models import Record
from waypost.archive.requests.models import ArchiveRequest, State
from waypost.archive.requests.policy.models import ArchivePolicy, Keeps
from waypost.bridges.kept_tickets.actions import keep_now
from waypost.bridges.kept_tickets.sparing import needed
from waypost.platform.ids import new_id
from waypost.ticketing.intake.retention.terms import Keepers
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import close

pytestmark = pytest.mark.anyio


async def closed(bridge: Bridge, name: str) -> UUID:
    """A closed ticket."""
    (ticket,) = await bridge.office.deliver(mail(name, f"{name}@client.example", subject=name))
    async with bridge.run.work() as work:
        await close(work, await tickets.by_id(work.db, UUID(ticket)))
    return UUID(ticket)


async def spared(bridge: Bridge, ticket: UUID) -> bool:
    async with bridge.run.work() as work:
        return await needed(work, [ticket]) == {ticket}


async def record(bridge: Bridge, ticket: UUID, *, late: timedelta = timedelta(0)) -> UUID:
    """A record of it, as of its closing and so much later."""
    async with bridge.run.work() as work:
        found = await tickets.by_id(work.db, ticket)
        assert found.closed_at is not None
        version = await keep(work, Case(kind="ticket", ref=str(ticket), request_id=new_id()))
        told = {"source": "", "closed_at": found.closed_at + late}
        await work.db.execute(update(Record).where(Record.id == version.record_id).values(told))
        return version.record_id


async def test_the_bridge_is_asked(bridge: Bridge) -> None:
    assert needed in bridge.run.of(Keepers).asked


async def test_on_demand_a_closed_ticket_needs_nothing_but_while_it_is_being_kept(bridge: Bridge) -> None:
    ticket = await closed(bridge, "one")
    assert not await spared(bridge, ticket)
    async with bridge.run.work() as work:
        await keep_now(work, await tickets.by_id(work.db, ticket))
    assert await spared(bridge, ticket)
    async with bridge.run.work() as work:
        await work.db.execute(update(ArchiveRequest).values(state=State.FAILED_PERMANENT, ended_at=work.now))
    assert not await spared(bridge, ticket)
    async with bridge.run.work() as work:
        await work.db.execute(update(ArchiveRequest).values(held_at=work.now))
    assert await spared(bridge, ticket), "a hold on what was read guards the mail as well"


async def test_where_closing_means_keeping_the_mail_waits_for_its_record(bridge: Bridge) -> None:
    async with bridge.run.work() as work:
        work.db.add(ArchivePolicy(id=new_id(), kind="ticket", keeps=Keeps.ON_CLOSE, updated_at=work.now))
    ticket = await closed(bridge, "one")
    assert await spared(bridge, ticket)
    kept = await record(bridge, ticket, late=-timedelta(days=1))
    assert await spared(bridge, ticket), "closed again since it was kept"
    async with bridge.run.work() as work:
        await work.db.execute(update(Record).where(Record.id == kept).values(closed_at=work.now))
    assert not await spared(bridge, ticket)


async def test_a_legal_hold_guards_the_raw_mail(bridge: Bridge) -> None:
    ticket = await closed(bridge, "one")
    record_id = await record(bridge, ticket)
    assert not await spared(bridge, ticket)
    async with bridge.run.work() as work:
        await place_hold(work, record_id, "lawsuit")
    assert await spared(bridge, ticket)
