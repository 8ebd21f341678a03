"""From a closed ticket to a request: the policy decides, each closing is counted, and two organisations never meet."""

import pytest
from sqlalchemy import select

from tests.bridges.conftest import Bridge, Running
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office
from waypost.archive.requests.models import ArchiveRequest, Closing
from waypost.bridges.kept_tickets.jobs import keep_closed_ticket
from waypost.platform.access import MACHINE
from waypost.platform.jobs.models import StoredJob
from waypost.ticketing.tickets.models import TicketClosed

pytestmark = pytest.mark.anyio


async def decide(office: Office, **policy: object) -> None:
    async with office.visit(office.product.cast.alice) as alice:
        assert (await alice.patch("/archive-policy", json=policy)).status_code == 200


async def follow(bridge: Bridge) -> None:
    """Run the jobs that follow from closings, twice each: a job may."""
    async with bridge.run.work() as work:
        chosen = select(StoredJob.payload).where(StoredJob.type == "archive_closed_ticket").order_by(StoredJob.id)
        payloads = (await work.db.scalars(chosen)).all()
    for payload in (*payloads, *payloads):
        await keep_closed_ticket(bridge.run, TicketClosed.restore(payload))


async def kept_of(bridge: Bridge) -> tuple[list[ArchiveRequest], list[Closing]]:
    async with bridge.run.work() as work:
        requests = (await work.db.scalars(select(ArchiveRequest).order_by(ArchiveRequest.id))).all()
        closings = (await work.db.scalars(select(Closing).order_by(Closing.closed_at))).all()
        return list(requests), list(closings)


async def test_a_closing_asks_where_the_policy_says_so(bridge: Bridge) -> None:
    office = bridge.office
    await decide(office, keeps="on_close")
    (ticket,) = await office.deliver(mail("a"))
    await office.patch(ticket, status="resolved")
    await follow(bridge)
    assert await kept_of(bridge) == ([], []), "resolved is not closed"
    await office.patch(ticket, status="closed")
    await follow(bridge)
    (request,), (closing,) = await kept_of(bridge)
    assert (request.kind, request.source, request.ref, request.state) == ("ticket", "", ticket, "received")
    assert (closing.ref, closing.exempt_because) == (ticket, None)
    assert closing.number == (await office.get(f"/tickets/{ticket}"))["ticket"]["ticket_code"]


async def test_closing_again_is_another_closing(bridge: Bridge) -> None:
    office = bridge.office
    await decide(office, keeps="on_close")
    (ticket,) = await office.deliver(mail("a"))
    for status in ("closed", "open", "closed", "open"):
        await office.patch(ticket, status=status)
    await follow(bridge)
    _, closings = await kept_of(bridge)
    assert len({one.closed_at for one in closings}) == len(closings) == 2


@pytest.mark.parametrize(("keeps", "why"), [("never", "policy_never"), ("on_demand", "policy_on_demand")])
async def test_what_need_not_be_kept_is_exempt_with_the_reason(bridge: Bridge, keeps: str, why: str) -> None:
    await decide(bridge.office, keeps=keeps)
    (ticket,) = await bridge.office.deliver(mail("a"))
    await bridge.office.patch(ticket, status="closed")
    await follow(bridge)
    requests, (closing,) = await kept_of(bridge)
    assert requests == [] and closing.exempt_because == why


async def test_spam_is_never_a_closing_and_later_spam_is_exempt(bridge: Bridge) -> None:
    office = bridge.office
    await decide(office, keeps="on_close")
    spam, late = await office.deliver(mail("a"), mail("b", "ben@other.example", subject="Lift"))
    await office.patch(spam, status="spam")
    await office.patch(late, status="closed")
    await follow(bridge)
    (request,), (closing,) = await kept_of(bridge)
    assert (request.ref, closing.exempt_because) == (late, None)
    await office.patch(late, status="spam")
    skipped = await bridge.origin.begin(bridge.run, bridge.case(late))
    assert skipped is not None and (skipped.reason, skipped.detail) == ("exempt", "It is spam.")
    _, (closing,) = await kept_of(bridge)
    assert closing.exempt_because == "spam"


async def test_each_organisation_has_its_own(bridge: Bridge, globex: MailDesk) -> None:
    await decide(bridge.office, keeps="on_close")
    (theirs,) = await globex.deliver(mail("a"))
    product = bridge.office.product
    async with product.visit(product.cast.mallory) as mallory:
        assert (await mallory.patch(f"/tickets/{theirs}", json={"status": "closed"})).status_code == 200
        answer = await mallory.get(f"/tickets/{theirs}/archive", headers={"accept": "application/json"})
        assert answer.json() == {"record": None, "request": None, "may_be_kept": True}
    assert (await bridge.office.bob.get(f"/tickets/{theirs}/archive")).status_code == 404
    assert (await bridge.office.bob.post(f"/tickets/{theirs}/archive")).status_code == 404
    there = Bridge(bridge.office, Running(product.house, globex.org), bridge.origin)
    await follow(there)
    _, (closing,) = await kept_of(there)
    assert closing.exempt_because == "policy_on_demand"
    assert await kept_of(bridge) == ([], [])


async def test_people_and_programs_ask_by_hand(bridge: Bridge) -> None:
    office = bridge.office
    (ticket,) = await office.deliver(mail("a"))
    page = await office.page(f"/tickets/{ticket}")
    assert f'hx-get="/tickets/{ticket}/archive"' in page
    block = await office.page(f"/tickets/{ticket}/archive", **{"hx-request": "true"})
    assert "Archive now" in block and "<html" not in block
    assert "Archive now" in await office.page(f"/tickets/{ticket}/archive"), "a page of its own without scripts"
    assert (await office.send(f"/tickets/{ticket}/archive")).headers["location"] == f"/tickets/{ticket}"
    again = await office.bob.post(f"/tickets/{ticket}/archive", headers={"accept": "application/json"})
    (request,), _ = await kept_of(bridge)
    assert again.status_code == 202 and again.json()["id"] == str(request.id), "it joins the one under way"
    assert "Being archived" in await office.page(f"/tickets/{ticket}/archive")
    async with office.visit(office.product.cast.vera) as vera:
        assert "Archive now" not in (await vera.get(f"/tickets/{ticket}/archive", headers={"accept": "text/html"})).text
        assert (
            await vera.post(f"/tickets/{ticket}/archive", headers={"accept": "application/json"})
        ).status_code == 403


async def test_nobody_may_ask_where_it_is_never_kept(bridge: Bridge) -> None:
    office = bridge.office
    (ticket, spam) = await office.deliver(mail("a"), mail("b", "ben@other.example", subject="Lift"))
    await office.patch(spam, status="spam")
    assert (await office.bob.post(f"/tickets/{spam}/archive")).status_code == 409
    await decide(office, keeps="never")
    assert (await office.bob.post(f"/tickets/{ticket}/archive")).status_code == 409
    async with office.product.house.works.open(bridge.run.org, MACHINE, reads=True) as work:
        assert (await work.db.scalars(select(ArchiveRequest))).all() == []
