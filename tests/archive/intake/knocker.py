"""Somebody at the documented doors: a Zammad that signs as Zammad does, and an operator with a token."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import msgspec
from fastapi import FastAPI
from sqlalchemy import select

from tests.fixtures import ORIGIN
from waypost.archive.intake.desk import IntakeDesk
from waypost.archive.requests.models import ArchiveRequest, Delivery
from waypost.main.house import House
from waypost.platform.access import MACHINE

SECRET, FORMER, TOKEN = "the webhook's secret", "the secret of last year", "an operator's token"


@dataclass(frozen=True, slots=True)
class Knocker:
    """Knows the doors of one installation."""

    house: House
    app: FastAPI
    org: UUID
    secret: str = SECRET

    @property
    def desk(self) -> IntakeDesk:
        """The part behind the doors."""
        return self.house.parts.of(IntakeDesk)

    async def send(self, method: str, path: str, *, near: bool = True, **sent: Any) -> httpx2.Response:
        """As it is."""
        address = "127.0.0.1" if near else "203.0.113.9"
        transport = httpx2.ASGITransport(app=self.app, client=(address, 50000), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.request(method, path, **sent)

    async def post(
        self,
        value: Any,
        path: str = "/ingest",
        *,
        algorithm: str = "sha1",
        delivery: str | None = None,
        headers: Mapping[str, str] | None = None,
        **sent: Any,
    ) -> httpx2.Response:
        """Signed, as Zammad sends it; `value` is JSON or bytes."""
        body = value if isinstance(value, bytes) else msgspec.json.encode(value)
        named = {"content-type": "application/json", "x-hub-signature": sign(body, self.secret, algorithm)}
        named |= {"x-zammad-delivery": delivery} if delivery else {}
        return await self.send("POST", path, content=body, headers=named | dict(headers or {}), **sent)

    async def operate(self, method: str, path: str, token: str = TOKEN, **sent: Any) -> httpx2.Response:
        """With a bearer token."""
        return await self.send(method, path, headers={"authorization": f"Bearer {token}"}, **sent)

    async def requests(self) -> list[ArchiveRequest]:
        """What was written down, the oldest first."""
        async with self.house.works.open(self.org, MACHINE, reads=True) as work:
            return list(await work.db.scalars(select(ArchiveRequest).order_by(ArchiveRequest.id)))

    async def deliveries(self) -> list[Delivery]:
        """The deliveries that were written down."""
        async with self.house.works.open(self.org, MACHINE, reads=True) as work:
            return list(await work.db.scalars(select(Delivery).order_by(Delivery.created_at)))


def sign(body: bytes, secret: str = SECRET, algorithm: str = "sha1") -> str:
    """The header's value."""
    return f"{algorithm}={hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).hexdigest()}"
