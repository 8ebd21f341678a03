"""A desk whose doors are the product's own: what is delivered can be asked for, by programs and by people."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import event

from tests.cast import Player
from tests.fixtures import Product
from tests.ticketing.desk import MailDesk
from waypost.platform.storage.blobs import Blobs

FORM = {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"}


@dataclass(slots=True)
class Counter:
    """Statements that a block asked the database, without what every transaction begins with."""

    statements: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Office:
    """Acme's desk with its doors; Bob is at it."""

    product: Product
    desk: MailDesk
    bob: httpx2.AsyncClient

    @property
    def bobs_id(self) -> str:
        """Bob, as JSON names him."""
        return str(self.product.cast.bob.person_id)

    async def deliver(self, *raws: bytes) -> list[str]:
        """Mail comes in; ids of the tickets, as text."""
        return [str(one) for one in await self.desk.deliver(*raws)]

    async def get(self, path: str, **params: Any) -> Any:
        """What Bob's program is told; it must be fine."""
        answer = await self.bob.get(path, params=params or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def ids(self, **params: Any) -> list[str]:
        """Tickets that Bob's program lists."""
        return [row["id"] for row in (await self.get("/tickets", **params))["items"]]

    async def patch(self, ticket_id: str, **values: Any) -> httpx2.Response:
        """Bob's program changes a ticket."""
        return await self.bob.patch(f"/tickets/{ticket_id}", json=values)

    async def page(self, path: str, **headers: str) -> str:
        """What Bob sees; it must be fine."""
        answer = await self.bob.get(path, headers={"accept": "text/html", **headers})
        assert answer.status_code == 200, answer.text
        return answer.text

    async def send(self, path: str, **fields: str) -> httpx2.Response:
        """Bob sends a form."""
        return await self.bob.post(path, data=fields, headers=FORM)

    def visit(self, who: Player | None) -> httpx2.AsyncClient:
        """Somebody else comes by."""
        return self.product.visit(who)

    @contextmanager
    def counted(self) -> Iterator[Counter]:
        """Every statement of the block but the buffered "last seen", which is written when its time has come."""
        counter, engine = Counter(), self.product.house.shards.engine.sync_engine

        def one(*told: Any) -> None:
            statement: str = told[2]
            if not statement.startswith(("SET ", "set ")) and "identity_seen" not in statement:
                counter.statements.append(statement)

        event.listen(engine, "before_cursor_execute", one)
        try:
            yield counter
        finally:
            event.remove(engine, "before_cursor_execute", one)


def desk_of(product: Product, org: UUID) -> MailDesk:
    """A desk on the product's own works and store."""
    return MailDesk(product.house.works, org, product.house.parts.of(Blobs))


@pytest.fixture
async def office(product: Product) -> AsyncIterator[Office]:
    """Acme at work."""
    async with product.visit(product.cast.bob) as bob:
        yield Office(product, desk_of(product, product.cast.bob.org_id), bob)


@pytest.fixture
def globex(office: Office) -> MailDesk:
    """The other organisation's desk in the same house."""
    return desk_of(office.product, office.product.cast.mallory.org_id)
