"""May this mail open a ticket? Verdicts alone, then on the desk: only new, untouched tickets ever become spam."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.ticketing.desk import INBOX, MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.platform.facts import KeptFact
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.routing.allowlist import allowlist
from waypost.ticketing.routing.applying import route
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.actions import Change, change
from waypost.ticketing.tickets.models import AllowedRecipient, Priority, Status, Ticket
from waypost.ticketing.tickets.stitch import stitch


@pytest.mark.parametrize(
    ("recipient", "patterns", "imported", "verdict"),
    [
        ("support@acme.example", ["*@other.example"], False, (True, "own inbox support@acme.example")),
        ("sales@acme.example", ["*@acme.example"], False, (True, "pattern *@acme.example")),
        ("sales@acme.example", ["SALES@*"], False, (True, "pattern SALES@*")),
        ("sales7@acme.example", ["sales[0-9]@acme.example"], False, (True, "pattern sales[0-9]@acme.example")),
        ("sales@sub.acme.example", ["*@acme.example"], False, (False, "recipient is not on the allowlist")),
        ("xsales@acme.example", ["sales@acme.example"], False, (False, "recipient is not on the allowlist")),
        ("sales@acmeXexample", ["sales@acme.example"], False, (False, "recipient is not on the allowlist")),
        ("anybody@else.example", [], False, (True, "no allowlist")),
        (None, [], False, (True, "no allowlist")),
        (None, ["*"], False, (False, "recipient is not on the allowlist")),
        (None, ["*@acme.example"], True, (True, "imported")),
        ("anybody@else.example", ["*@acme.example"], True, (True, "imported")),
    ],
)
def test_verdicts(recipient: str | None, patterns: list[str], imported: bool, verdict: tuple[bool, str]) -> None:
    assert allowlist(["support@acme.example"], patterns).verdict(recipient, imported=imported) == verdict


@pytest.fixture
async def strict(desk: MailDesk) -> MailDesk:
    """A desk that reads a journal and lets only one address open tickets."""
    await desk.receive([])
    desk.inbox = None
    async with desk.works.open(desk.org, MACHINE) as work:
        work.db.add(AllowedRecipient(pattern="help@acme.example", created_at=work.now))
        work.db.add(AllowedRecipient(pattern="*", is_enabled=False, created_at=work.now))
    return desk


async def ticket(desk: MailDesk, ticket_id: UUID | None) -> Ticket:
    assert ticket_id is not None
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return await queries.by_id(work.db, ticket_id)


async def reasons(desk: MailDesk) -> list[str | None]:
    """Why copies were routed as they were, in order of arrival."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return list(await work.db.scalars(select(Occurrence.route_reason).order_by(Occurrence.received_at)))


@pytest.mark.anyio
async def test_a_stranger_to_the_allowlist_is_spam_and_the_ticket_says_why(strict: MailDesk) -> None:
    (good,) = await strict.deliver(mail("1", to="help@acme.example"))
    (bad,) = await strict.deliver(mail("2", to="nobody@acme.example"))
    spam = await ticket(strict, bad)
    assert (await ticket(strict, good)).status == Status.NEW
    assert (spam.status, spam.touched) == (Status.SPAM, 0) and spam.closed_at is not None
    async with strict.works.open(strict.org, MACHINE, reads=True) as work:
        (said,) = await work.db.scalars(select(KeptFact.data).where(KeptFact.event == "auto_spam"))
        (copy,) = await work.db.scalars(select(Occurrence).where(Occurrence.ticket_id == bad))
    assert said == {"occurrence_id": str(copy.id), "recipient": "nobody@acme.example"} and copy.route_error is None
    assert await reasons(strict) == ["pattern help@acme.example", "recipient is not on the allowlist"]


@pytest.mark.anyio
async def test_own_inboxes_are_allowed_by_existing(desk: MailDesk) -> None:
    async with desk.works.open(desk.org, MACHINE) as work:
        work.db.add(AllowedRecipient(pattern="help@acme.example", created_at=work.now))
    (fine,) = await desk.deliver(mail("1", to="whoever@elsewhere.example"))
    desk.inbox = None
    (also,) = await desk.deliver(mail("2", to=INBOX))
    assert {(await ticket(desk, one)).status for one in (fine, also)} == {Status.NEW}
    assert await reasons(desk) == [f"own inbox {INBOX}"] * 2


@pytest.mark.anyio
async def test_later_messages_copies_and_our_own_word_never_spam(strict: MailDesk) -> None:
    async with strict.works.open(strict.org, MACHINE) as work:
        from waypost.ticketing.messages.models import AddressKind, OwnAddress

        work.db.add(OwnAddress(address="desk@acme.example", kind=AddressKind.INBOX))
    (good,) = await strict.deliver(mail("1", to="help@acme.example"))
    later = mail("2", to="nobody@acme.example", refs=("1",))
    copy = b"Delivered-To: nobody@acme.example\r\n" + mail("1", to="help@acme.example")
    ours = mail("3", "desk@acme.example", to="anna@client.example", refs=("1",))
    alone = mail("4", "desk@acme.example", to="new@client.example", subject="Offer")
    tickets = await strict.deliver(later, copy, ours, alone)
    assert tickets[:3] == [good] * 3
    assert {(await ticket(strict, one)).status for one in tickets} == {Status.NEW}
    assert (await reasons(strict))[1:] == [
        "joined a conversation",
        "another copy",
        "our own message",
        "our own message",
    ]


@pytest.mark.anyio
@pytest.mark.parametrize("wanted", [Change(status=Status.OPEN), Change(priority=Priority.HIGH)])
async def test_a_persons_change_before_routing_stands(strict: MailDesk, wanted: Change) -> None:
    raws = [mail("1", to="nobody@acme.example")]
    (copy,) = ids = await strict.receive(raws)
    await strict.read(ids, raws)
    async with strict.works.open(strict.org, MACHINE) as work:
        await stitch(work, ids)
    ticket_id = await strict.ticket_of(copy)
    async with strict.works.open(strict.org, MACHINE) as work:
        assert ticket_id is not None
        await change(work, await queries.by_id(work.db, ticket_id, for_update=True), wanted)
    async with strict.works.open(strict.org, MACHINE) as work:
        await route(work, ids)
    assert (await ticket(strict, ticket_id)).status != Status.SPAM


@pytest.mark.anyio
async def test_a_persons_change_while_routing_looks_stands(strict: MailDesk) -> None:
    """Routing has read the ticket as new; the person's commit comes before its update."""
    raws = [mail("1", to="nobody@acme.example")]
    (copy,) = ids = await strict.receive(raws)
    await strict.read(ids, raws)
    async with strict.works.open(strict.org, MACHINE) as work:
        await stitch(work, ids)
    ticket_id = await strict.ticket_of(copy)
    assert ticket_id is not None
    async with strict.works.open(strict.org, MACHINE) as work:
        await change(work, await queries.by_id(work.db, ticket_id, for_update=True), Change(priority=Priority.URGENT))
        await work.db.flush()
        routing = asyncio.create_task(_route(strict, ids))
        await asyncio.sleep(0.2)
        assert not routing.done()
    await routing
    kept = await ticket(strict, ticket_id)
    assert (kept.status, kept.priority, kept.closed_at) == (Status.NEW, Priority.URGENT, None)
    async with strict.works.open(strict.org, MACHINE, reads=True) as work:
        assert (await work.db.scalars(select(KeptFact).where(KeptFact.event == "auto_spam"))).all() == []


async def _route(desk: MailDesk, ids: list[UUID]) -> None:
    async with desk.works.open(desk.org, MACHINE) as work:
        await route(work, ids)
