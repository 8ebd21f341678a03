"""What narrows the list walks along an index too, under row security and as the app's role."""

from uuid import UUID

import pytest
from sqlalchemy import text

from tests.cast import Cast, cast
from tests.conftest import Orgs
from tests.ticketing.tickets.test_plans import MANY, Owner, crowd, plan
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.work import Works
from waypost.ticketing.tickets.models import Priority, Status
from waypost.ticketing.tickets.queries import Filters, listing, page

pytestmark = pytest.mark.anyio
__all__ = ["cast", "crowd"]
WATCH = """
insert into ticket_watchers (org_id, id, ticket_id, person_id, because, since)
select org_id, id, id, %(who)s, 'asked', now() from tickets where org_id = %(org)s and ticket_code like 'tkt-%%77'
"""

TAG = """
insert into tags (org_id, id, name, name_folded, created_at) values (%(org)s, %(tag)s, 'Refund', 'refund', now())
"""
BEAR = """
insert into ticket_tags (org_id, id, ticket_id, tag_id, created_at)
select org_id, id, id, %(tag)s, now() from tickets where org_id = %(org)s and ticket_code like 'tkt-%%78'
"""
QUEUE = """
insert into queues (org_id, id, name, slug, created_at) values (%(org)s, %(queue)s, 'Repairs', 'repairs', now())
"""
REFUND, REPAIRS = new_id(), new_id()
SOME = min(51, MANY // 100)
"""One of a hundred, as far as a page shows them."""


@pytest.fixture
async def bob(crowd: None, cast: Cast, owner: Owner, orgs: Orgs) -> UUID:
    """Some tickets are urgent, some are Bob's, some are watched by him."""
    bob = cast.bob.person_id
    some = "update tickets set {} where org_id = %s and ticket_code like %s"
    await owner.execute(some.format("priority = 'urgent'").encode(), (orgs.acme, "tkt-%00"))
    await owner.execute(some.format("assignee_user_id = %s").encode(), (bob, orgs.acme, "tkt-%3"))
    await owner.execute(QUEUE, {"queue": REPAIRS, "org": orgs.acme})
    await owner.execute(some.format("assignee_queue_id = %s").encode(), (REPAIRS, orgs.acme, "tkt-%44"))
    await owner.execute(WATCH, {"who": bob, "org": orgs.acme})
    await owner.execute(TAG, {"tag": REFUND, "org": orgs.acme})
    await owner.execute(BEAR, {"tag": REFUND, "org": orgs.acme})
    await owner.execute("vacuum (analyze) tickets, ticket_watchers, ticket_tags")
    return bob


async def test_each_filter_has_its_index(works: Works, bob: UUID, orgs: Orgs) -> None:
    awake = (Status.NEW, Status.OPEN, Status.PENDING)
    wanted = [
        (Filters(priority=Priority.URGENT), "tickets_by_priority", SOME),
        (Filters(requester="client4711@example.org"), "tickets_by_requester", 1),
        (Filters(assignee_user_id=bob), "tickets_assignee_user_idx", 51),
        (Filters(assignee_queue_id=REPAIRS), "tickets_assignee_queue_idx", SOME),
        (Filters(oldest_first=True), "tickets_by_activity", 51),
        (Filters(awake, unassigned=True), "tickets_inbox_idx", 51),
        (Filters(watched_by=bob), "pk_tickets", SOME),
        (Filters(awake, mentions=bob), "pk_tickets", 0),
        (Filters(tag=REFUND), "pk_tickets", SOME),
    ]
    async with works.open(orgs.acme, MACHINE, reads=True) as work:
        # A crowd of a test is small enough to be read whole; what matters is that row security leaves the index usable.
        await work.db.execute(text("set local enable_seqscan = off"))
        for filters, index, found in wanted:
            said = await plan(work, listing(filters, 50))
            by_key = index == "pk_tickets"  # few tickets by their keys: a part of the plan may read a small table whole
            assert index in said and (by_key or "Seq Scan on tickets" not in said), (index, said)
            assert len(await page(work.db, filters)) == found, filters


async def test_filters_meet(works: Works, bob: UUID, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE, reads=True) as work:
        both = await page(work.db, Filters(priority=Priority.URGENT, requester="client300@example.org"))
        assert [row.requester_email for row in both] == ["client300@example.org"]
        assert await page(work.db, Filters((Status.CLOSED,), priority=Priority.URGENT)) == []
        await work.db.execute(text("select 1"))
    async with works.open(orgs.globex, MACHINE, reads=True) as work:
        assert await page(work.db, Filters(priority=Priority.URGENT)) == []
        assert await page(work.db, Filters(watched_by=bob)) == []
        assert await page(work.db, Filters(tag=REFUND)) == []


ASKED = [
    ("select * from ticket_notes where ticket_id = :id order by created_at, id limit 50", "ticket_notes_in_order"),
    ("select * from messages where collision_group_id = :id", "messages_by_group"),
    ("select * from jobs where status = 'dead' order by updated_at desc, id limit 50", "jobs_dead_newest"),
    (
        "select * from message_occurrences where ticket_id is null and state = 'routed' order by received_at, id "
        "limit 9",
        "occurrences_dropped",
    ),
    ("select * from blobs where gone_at is not null and gone_because is null order by id limit 9", "blobs_leaving"),
]


@pytest.mark.parametrize(("question", "index"), ASKED)
async def test_what_pages_ask_for_is_found_by_an_index(works: Works, orgs: Orgs, question: str, index: str) -> None:
    """ticketing.md 5.9: the policy of the organisation and the question meet in one index."""
    async with works.open(orgs.acme, MACHINE, reads=True) as work:
        for off in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            await work.db.execute(text(f"set local {off} = off"))
        found = await work.db.scalars(text(f"explain {question}"), {"id": new_id()})
        said = "\n".join(found)
    assert index in said, said
