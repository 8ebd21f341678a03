"""The office of the tickets' tests, Alice, who decides, and mails that resemble each other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.queues.conftest import alice
from tests.ticketing.tickets.conftest import Office, globex, office
from waypost.platform.access import MACHINE

__all__ = ["alice", "globex", "office"]
LIST = "/ops/messages/collisions"
TABLES = (
    "messages",
    "message_rfc_ids",
    "message_occurrences",
    "message_distinctions",
    "tickets",
    "ticket_messages",
    "ticket_participants",
    "ticket_texts",
    "ticket_links",
    "ticket_notes",
)
"""All that a decision may change."""


def alike(name: str, minute: int = 0, **more: Any) -> bytes:
    """Mails of one day with the same words: look-alikes, unless they also say the same time."""
    date = f"Date: Mon, 2 Nov 2026 08:{minute:02}:00 +0000\r\n"
    return mail(name, **{"text": "The same words.", **more, "headers": date + more.pop("headers", "")})


@dataclass(slots=True)
class Doubts:
    """Acme's look-alikes by their doors."""

    office: Office
    alice: httpx2.AsyncClient

    @property
    def desk(self) -> MailDesk:
        return self.office.desk

    async def groups(self) -> list[dict[str, Any]]:
        """As documented."""
        answer = await self.alice.get(LIST)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def one(self) -> tuple[str, list[str]]:
        """The only group and its messages, oldest first."""
        (group,) = await self.groups()
        found = (await self.alice.get(f"{LIST}/{group['collision_group_id']}")).json()
        return group["collision_group_id"], [one["message_id"] for one in found["messages"]]

    async def rule(self, group_id: str, verdict: str, **more: Any) -> httpx2.Response:
        """A decision."""
        return await self.alice.post(f"{LIST}/{group_id}/rulings", json={"verdict": verdict, **more})

    async def undo(self, ruling_id: str) -> httpx2.Response:
        """The way back."""
        return await self.alice.post(f"{LIST}/rulings/{ruling_id}/undo")

    async def everything(self, org: UUID | None = None) -> dict[str, list[Any]]:
        """Every byte of every row that a decision may touch."""
        found = {}
        async with self.desk.works.open(org or self.desk.org, MACHINE, reads=True) as work:
            for table in TABLES:
                rows = await work.db.execute(text(f"select t::text from {table} t order by id"))
                found[table] = list(rows.scalars())
        return found


@pytest.fixture
async def doubts(office: Office, alice: httpx2.AsyncClient) -> AsyncIterator[Doubts]:
    """Nothing yet."""
    yield Doubts(office, alice)
