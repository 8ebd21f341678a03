"""Documented lists that are plain arrays, whole as ever and a page at a time by their `Link` (RFC 8288); as people turn
their leaves; and how the log names what is done to them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, update

from tests.ticketing.composing.conftest import put_sender
from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import FORM, Office, globex, office
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.platform.ids import new_id
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.work import Work
from waypost.ticketing.mailboxes import actions as mailboxes
from waypost.ticketing.mailboxes import queries as mailbox_queries
from waypost.ticketing.mailboxes.models import Mailbox, Provider, Purpose
from waypost.ticketing.messages.listing import LEAF, leaf
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.outbound import identities
from waypost.ticketing.outbound import queries as identity_queries
from waypost.ticketing.outbound.models import SendIdentity
from waypost.ticketing.queues.models import Queue
from waypost.ticketing.queues.pages import SHOWN
from waypost.ticketing.replies.canned import actions as canned
from waypost.ticketing.replies.canned import queries as text_queries
from waypost.ticketing.replies.canned.models import CannedReply
from waypost.ticketing.routing.models import RoutingRule
from waypost.ticketing.saved_views.models import SavedView
from waypost.ticketing.tags.models import Tag
from waypost.ticketing.tickets.models import AllowedRecipient

__all__ = ["globex", "office"]
pytestmark = pytest.mark.anyio
LISTS = (
    "/queues",
    "/mailboxes",
    "/ops/mailboxes/sync",
    "/tickets/send-identities",
    "/tickets/saved-views",
    "/tickets/views",
    "/tickets/routing/allowlist",
    "/tickets/routing/rules",
)
AT = datetime(2026, 3, 1, tzinfo=UTC)
HTML = {"accept": "text/html"}


async def fill(office: Office, alice: httpx2.AsyncClient) -> None:
    """Three of each, two of them with the same place but for their id."""
    for number in range(3):
        for path, body in (
            ("/queues", {"name": f"Queue {number}"}),
            ("/tickets/saved-views", {"name": f"View {number}", "filters": {"q": "x"}}),
            ("/tickets/routing/allowlist", {"pattern": f"{number}@acme.example"}),
            ("/tickets/routing/rules", {"name": "r", "priority": 7 + number // 2, "action_set_status": "open"}),
        ):
            assert (await alice.post(path, json=body)).status_code == 201, path
        await put_sender(office, from_email=f"{number}@acme.example")
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        for number, provider in enumerate((Provider.IMAP, Provider.IMAP, Provider.GMAIL, Provider.IMPORT)):
            at = {"created_at": AT + timedelta(days=number // 2), "updated_at": AT + timedelta(days=number // 2)}
            name = {"email_address": f"{number}@acme.example", "provider": provider, "purpose": Purpose.USER}
            work.db.add(Mailbox(id=new_id(), is_enabled=True, **name, **at))


async def walked(alice: httpx2.AsyncClient, path: str) -> list[list[Any]]:
    """Every page, by the address that the one before named."""
    pages, following = [], f"{path}?limit=2"
    while following:
        answer = await alice.get(following)
        assert answer.status_code == 200, answer.text
        pages.append(items(answer.json()))
        found = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        following = found[1] if found else ""
    return pages


def items(told: Any) -> list[Any]:
    """Of an array, or of an object that holds one."""
    return list(told["items"] if isinstance(told, dict) else told)


async def test_each_is_walked_page_by_page_and_shown_whole_unless_asked(office: Office) -> None:
    async with office.visit(office.product.cast.alice) as alice, office.visit(office.product.cast.mallory) as mallory:
        await fill(office, alice)
        for path in LISTS:
            whole = await alice.get(path)
            assert "link" not in whole.headers and len(items(whole.json())) >= 3, path
            pages = await walked(alice, path)
            assert [one for page in pages for one in page] == items(whole.json()) and [
                len(page) for page in pages[:-1]
            ] == [2], path
            for cursor in ("x", "e30", "W10", "eyJpZCI6MX0"):
                refused = await alice.get(path, params={"cursor": cursor})
                assert refused.status_code == 422 and "Invalid cursor" in refused.json()["detail"], (path, cursor)
            assert (await alice.get(path, params={"limit": 0})).status_code == 422
            assert items((await mallory.get(path)).json()) == [], path


async def test_the_log_knows_acts_by_their_documented_names(office: Office) -> None:
    cast = office.product.cast
    async with office.visit(cast.alice) as alice:
        await fill(office, alice)
        for path in ("/tickets/saved-views", "/tickets/routing/allowlist", "/tickets/routing/rules"):
            kept, *_ = (await alice.get(path)).json()
            if "routing" in path:
                assert (await alice.patch(f"{path}/{kept['id']}", json={"is_enabled": False})).status_code == 200
            assert (await alice.delete(f"{path}/{kept['id']}")).status_code == 204
        here = {"organization_id": str(cast.alice.org_id)}
        assert (await alice.post("/auth/switch-org", json=here)).status_code == 200
        assert (await alice.post("/auth/logout")).status_code == 200
    async with office.desk.works.open(office.desk.org, MACHINE, reads=True) as work:
        acts = set(await work.db.scalars(select(AuditLog.act)))
    known = {"auth.logout", "auth.switch_org", "queues.created"}
    known |= {f"tickets.saved_view.{verb}" for verb in ("created", "deleted")}
    known |= {f"routing.{of}.{verb}" for of in ("allowlist", "rule") for verb in ("created", "updated", "deleted")}
    assert known - acts == set()


LONG = LEAF + 2
LEAVES = {
    "/queues": (r"Row \d+</strong>", -(-LONG // SHOWN)),
    "/tags": (r"/tags/([0-9a-f-]+)/removal", 2),
    "/mailboxes": (r"Row \d+</strong>", 2),
    "/send-identities": (r"row\d+@acme.example</strong>", 2),
    "/tickets/saved-views": (r">Row \d+</a>", 2),
    "/canned-replies": (r"/canned-replies/[0-9a-f-]{36}", 2),
    "/routing": (r"<code>row\d+@", 2),
    "/routing#rules": (r"<strong[^>]*>Row \d+", 2),
}
"""Pages of long lists: how a row is known, and how many leaves there are."""


def crowd(at: datetime, owner: UUID) -> list[Any]:
    """One row more than a leaf holds, and another one, of everything that admins keep lists of."""
    made: list[Any] = []
    for number in range(LONG):
        id_, name, told = new_id(), f"Row {number}", {"created_at": at, "updated_at": at}
        address = f"row{number}@acme.example"
        box = {"provider": Provider.IMAP, "purpose": Purpose.USER, "is_enabled": False, "display_name": name}
        made += [
            Queue(id=id_, name=name, slug=f"row-{number}", created_at=at),
            Tag(id=id_, name=name, name_folded=name.lower(), created_at=at),
            Mailbox(id=id_, email_address=address, **box, **told),
            SendIdentity(id=id_, from_email=address, **told),
            SavedView(id=id_, name=name, filters={}, query={"view": "all"}, is_shared=True, owner_id=owner, **told),
            CannedReply(id=id_, name=name, body="Yes.", **told),
            AllowedRecipient(id=id_, pattern=address, created_at=at),
            RoutingRule(id=id_, name=name, priority=number, action_drop=True, **told),
        ]
    return made


async def test_people_turn_the_leaves_of_long_lists(office: Office) -> None:
    cast = office.product.cast
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        work.db.add_all(crowd(work.now, cast.alice.person_id))
    async with office.visit(cast.alice) as alice:
        for path, (row, leaves) in LEAVES.items():
            seen: list[set[str]] = []
            following: str | None = path
            while following:
                page = (await alice.get(following, headers=HTML)).text
                part = page.partition('id="rules"')[2 if "#rules" in path else 0] if "/routing" in path else page
                seen.append(set(re.findall(row, part)))
                links = re.findall(r'rel="next" href="([^"]+)"', part)
                following = links[0] if links else None
            assert (len(seen), sum(map(len, seen))) == (leaves, LONG), path
            assert len(set.union(*seen)) == LONG, path
        moved = (await alice.get("/tickets/routing/rules")).json()[LEAF]["id"]
        turned = await alice.post(f"/routing/rules/{moved}/move", data={"way": "up"}, headers=FORM)
        assert turned.headers["location"] == f"/routing?rule={moved}#rules"
        assert f"/routing/rules/{moved}" in (await alice.get(turned.headers["location"], headers=HTML)).text


def test_a_leaf_is_found_by_any_of_its_rows() -> None:
    rows = [Named(new_id()) for _ in range(5)]
    ids = [row.id for row in rows]
    first, second, last = leaf(rows, None, 2), leaf(rows, ids[3], 2), leaf(rows, ids[4], 2)
    assert (list(first.rows), first.before, first.after) == (rows[:2], None, ids[2])
    assert (list(second.rows), second.before, second.after) == (rows[2:4], ids[0], ids[4])
    assert (list(last.rows), last.before, last.after) == (rows[4:], ids[2], None)
    assert leaf(rows, new_id(), 2) == first and leaf([], ids[0]).rows == []


@dataclass(frozen=True)
class Named:
    """Something with an id."""

    id: UUID


async def test_no_list_grows_beyond_what_is_shown_of_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stood behind its end would be used, and nobody could see it."""
    monkeypatch.setattr(mailbox_queries, "MOST", 0)
    monkeypatch.setattr(identity_queries, "IDENTITIES_SHOWN", 0)
    monkeypatch.setattr(text_queries, "MOST", 0)
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        for one_more, refusal in refused(work):
            with pytest.raises(refusal):
                await one_more
        assert (await work.db.scalars(select(Mailbox.id))).all() == []


def refused(work: Work) -> list[tuple[Any, type[Exception]]]:
    """One more of each."""
    return [
        (mailboxes.add_import(work, "one@acme.example"), mailboxes.TooManyMailboxes),
        (identities.add(work, identities.NewIdentity("one@acme.example")), identities.TooManyIdentities),
        (canned.create(work, new_id(), canned.Text("One", "Yes.")), canned.TooManyTexts),
    ]


async def test_steps_of_its_mails_are_jobs_of_a_mailbox(office: Office) -> None:
    """Operators watch these figures fall while a mailbox recovers."""
    await office.deliver(mail("1"), mail("2"))
    async with office.desk.works.open(office.desk.org, MACHINE) as work:
        await work.db.execute(update(StoredJob).values(status=Status.SUCCEEDED))
        copies = (await work.db.execute(select(Occurrence.id, Occurrence.mailbox_id))).all()
        at, (mailbox_id,) = work.now, {copy.mailbox_id for copy in copies}
        for copy, type_, status, age in (
            (copies[0].id, "occurrence_parse", Status.QUEUED, 0),
            (copies[1].id, "occurrence_parse", Status.QUEUED, 0),
            (copies[0].id, "occurrence_stitch", Status.RUNNING, 0),
            (copies[1].id, "ticket_apply_routing", Status.DEAD, 23),
            (copies[1].id, "ticket_apply_routing", Status.DEAD, 25),
            (new_id(), "occurrence_parse", Status.QUEUED, 0),
        ):
            work.db.add(step(copy, type_, status, at - timedelta(hours=age)))
    async with office.visit(office.product.cast.alice) as alice:
        told = (await alice.get(f"/mailboxes/{mailbox_id}/sync/status")).json()
    assert (told["queued_jobs_by_type"], told["running_jobs_by_type"]) == (
        {"occurrence_parse": 2},
        {"occurrence_stitch": 1},
    )


def step(copy_id: UUID, type_: str, status: Status, at: datetime) -> StoredJob:
    """A job that a copy waits for."""
    plain = {"queue": "mail", "priority": 0, "attempts": 1, "max_attempts": 25, "replays": 0}
    told = {"payload": {"occurrence_id": str(copy_id)}, "created_at": at, "updated_at": at, "run_at": at}
    return StoredJob(id=new_id(), type=type_, status=status, **plain, **told)
