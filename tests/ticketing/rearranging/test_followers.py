"""Who follows a ticket while people rearrange it."""

import pytest

from tests.cast import desk_for, enter
from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE, Role
from waypost.platform.identity import lookups
from waypost.ticketing.rearranging import actions
from waypost.ticketing.rearranging.undo import undo
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.watching.actions import watch
from waypost.ticketing.tickets.watching.queries import watchers

pytestmark = pytest.mark.anyio


async def test_whoever_follows_the_part_anew_follows_both_after_an_undo(desk: MailDesk) -> None:
    part, whole = await desk.deliver(mail("a1"), mail("b1", "ben@other.example", subject="Roof"))
    assert part and whole
    async with lookups.catalogue(desk.works.shards) as db:
        await lookups.make_organisation(db, f"House {desk.org}", desk.works.clock(), org=desk.org)
    async with desk.works.open(desk.org, MACHINE) as work:
        bob = (await enter(desk_for(desk.works), work, "Bob", Role.AGENT)).actor
    async with desk.works.open(desk.org, bob) as work:
        await watch(work, await queries.by_id(work.db, part))
    async with desk.works.open(desk.org, bob) as work:
        made = (await actions.merge(work, part, whole)).id
    async with desk.works.open(desk.org, bob) as work:
        await watch(work, await queries.by_id(work.db, part))
    async with desk.works.open(desk.org, bob) as work:
        await undo(work, made)
    async with desk.works.open(desk.org, bob) as work:
        assert [await watchers(work.db, one) for one in (part, whole)] == [[bob.person_id], [bob.person_id]]
