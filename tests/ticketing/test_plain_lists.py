"""Documented lists that are plain arrays, whole as ever and a page at a time by their `Link` (RFC 8288); and how the
log names what is done to them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from tests.ticketing.composing.conftest import put_sender
from tests.ticketing.tickets.conftest import Office, globex, office
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.platform.ids import new_id
from waypost.ticketing.mailboxes.models import Mailbox, Provider, Purpose

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
