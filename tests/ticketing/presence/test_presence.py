"""Who is at a ticket: seen by colleagues, never by others, gone when silent, and never more rows than open pages."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.platform.jobs.pokes import send_through
from waypost.platform.signals import LIVE
from waypost.ticketing.presence import actions, queries
from waypost.ticketing.presence.models import LASTS, Doing, Presence

pytestmark = pytest.mark.anyio
FRAGMENT = {"hx-request": "true", "accept": "text/html"}


class Ears:
    """What the pages of the house would be told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def poke(self, channel: str, payload: str) -> None:
        """As signals take it."""
        if channel == LIVE:
            self.heard.append(payload.split(":", 1)[1])


async def test_colleagues_see_each_other(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1"))
    here = f"/tickets/{ticket}/presence"
    async with office.visit(office.product.cast.alice) as alice:
        first = await alice.post(here, data={"doing": "writing"}, headers=FRAGMENT)
        assert first.status_code == 200 and "chip" not in first.text
        seen = await office.bob.post(here, data={"doing": "reading"}, headers=FRAGMENT)
        assert "Alice is writing" in seen.text and "Bob" not in seen.text
        assert "Bob is reading" in (await alice.get(here, headers=FRAGMENT)).text
        await alice.post(here, data={"doing": "reading"}, headers=FRAGMENT)
        assert "Alice is reading" in await office.page(here)
        assert (await alice.post(f"{here}/end", headers=FRAGMENT)).status_code == 200
    assert "Alice" not in await office.page(here)


async def test_a_viewer_reads_whatever_their_page_says(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1"))
    async with office.visit(office.product.cast.vera) as vera:
        await vera.post(f"/tickets/{ticket}/presence", data={"doing": "writing"}, headers=FRAGMENT)
        assert (
            await vera.post(f"/tickets/{ticket}/presence", data={"doing": "x"}, headers=FRAGMENT)
        ).status_code == 422
    assert "Vera is reading" in await office.page(f"/tickets/{ticket}/presence")


async def test_another_organisation_sees_and_says_nothing(office: Office, globex: MailDesk) -> None:
    (ticket,) = await office.deliver(mail("1"))
    await globex.deliver(mail("2"))
    await office.bob.post(f"/tickets/{ticket}/presence", headers=FRAGMENT)
    async with office.visit(office.product.cast.mallory) as mallory:
        for place in (ticket, str(uuid4())):
            assert (await mallory.post(f"/tickets/{place}/presence", headers=FRAGMENT)).status_code == 404
            assert (await mallory.get(f"/tickets/{place}/presence", headers=FRAGMENT)).status_code == 404
            assert (await mallory.post(f"/tickets/{place}/presence/end", headers=FRAGMENT)).status_code == 404
    assert await rows(office) == 1


async def test_silence_is_absence_and_nothing_piles_up(office: Office) -> None:
    tickets = await office.deliver(*(mail(str(n)) for n in range(5)))
    for ticket in tickets:
        for _ in range(3):
            await office.bob.post(f"/tickets/{ticket}/presence", headers=FRAGMENT)
        await fall_silent(office)
    assert await rows(office) == 1
    async with office.visit(office.product.cast.alice) as alice:
        assert "Bob" not in (await alice.get(f"/tickets/{tickets[-1]}/presence", headers=FRAGMENT)).text


async def test_others_are_told_of_changes_only(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1"))
    ears, person = Ears(), UUID(office.bobs_id)
    send_through(ears)  # type: ignore[arg-type]
    told = f"{actions.CHANGED}:{ticket}"
    for doing in (Doing.READING, Doing.READING, Doing.WRITING, Doing.WRITING):
        async with office.desk.works.open(office.desk.org, MACHINE) as work:
            there = await queries.at(work.db, UUID(ticket), work.now)
            await actions.beat(work, UUID(ticket), person, doing, there)
    assert ears.heard == [told, told]
    for _ in range(2):
        async with office.desk.works.open(office.desk.org, MACHINE) as work:
            await actions.leave(work, UUID(ticket), person)
    assert ears.heard == [told] * 3


async def test_a_beat_asks_little(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1"))
    await office.bob.post(f"/tickets/{ticket}/presence", headers=FRAGMENT)
    with office.counted() as counter:
        await office.bob.post(f"/tickets/{ticket}/presence", headers=FRAGMENT)
    asked = [one for one in counter.statements if "ticket" in one]
    assert len(asked) == 3


async def rows(office: Office) -> int:
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        return await work.db.scalar(select(func.count()).select_from(Presence)) or 0


async def fall_silent(office: Office) -> None:
    """As if the last beat was long ago."""
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        long_ago: datetime = work.now - LASTS - timedelta(seconds=1)
        await work.db.execute(update(Presence).values(seen_at=long_ago))
