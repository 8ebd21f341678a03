"""Stored secrets follow a change of the key, wherever they lie; afterwards the older key opens nothing that is left."""

import os
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.conftest import Orgs
from tests.fixtures import Product
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.jobs.attempt import OneRun
from waypost.platform.jobs.claim import Claimed
from waypost.platform.parts import Parts
from waypost.platform.safety import rewrapping
from waypost.platform.safety.jobs import secrets_rewrap
from waypost.platform.safety.rewrapping import SealedColumns
from waypost.platform.safety.vault import CannotOpen, Vault
from waypost.tables import everything
from waypost.ticketing.mailboxes.google.account import refresh_place
from waypost.ticketing.mailboxes.google.models import OAuthCredential

pytestmark = pytest.mark.anyio
OLD, NEW = os.urandom(32), os.urandom(32)
RING = Vault((NEW, OLD))
FOR_MINUTES = {"sealed_verifier"}
"""Outlived by any change of a key."""
FOLLOWS_ITS_USE = {"second_factors.sealed_secret"}


async def put(product: Product, org: UUID, token: bytes, who: str = "a@x.example") -> None:
    """A consent under the old key."""
    async with product.house.works.open(org, MACHINE) as work:
        row: dict[str, Any] = {"subject": who, "provider": "google", "scopes": []}
        sealed = Vault((OLD,)).seal(token, refresh_place(org, who))
        row |= {"created_at": work.now, "updated_at": work.now}
        work.db.add(OAuthCredential(id=new_id(), sealed_refresh_token=sealed, **row))


async def sealed(product: Product, org: UUID) -> bytes:
    """As it lies there."""
    async with product.house.works.open(org, MACHINE, reads=True) as work:
        return bytes((await work.db.scalars(select(OAuthCredential.sealed_refresh_token))).one())


async def hour(product: Product, org: UUID, vault: Vault = RING) -> None:
    """The clock's job."""
    claimed = Claimed.__new__(Claimed)
    object.__setattr__(claimed, "org_id", org)
    parts = Parts(vault, product.house.parts.of(SealedColumns))
    await secrets_rewrap(OneRun(product.house.works, parts, [claimed]))


async def test_it_is_sealed_anew_once(product: Product, orgs: Orgs) -> None:
    for org in (orgs.acme, orgs.globex):
        await put(product, org, b"refresh")
    before = await sealed(product, orgs.acme)
    await hour(product, orgs.acme, Vault((OLD,)))
    assert await sealed(product, orgs.acme) == before
    await hour(product, orgs.acme)
    after = await sealed(product, orgs.acme)
    assert Vault((NEW,)).open(after, refresh_place(orgs.acme, "a@x.example")) == b"refresh"
    await hour(product, orgs.acme)
    assert await sealed(product, orgs.acme) == after
    with pytest.raises(CannotOpen):
        Vault((NEW,)).open(await sealed(product, orgs.globex), refresh_place(orgs.globex, "a@x.example"))


async def test_what_no_key_opens_stays_as_it_is(product: Product, orgs: Orgs) -> None:
    await put(product, orgs.acme, b"refresh")
    async with product.house.works.open(orgs.acme, MACHINE) as work:
        await work.db.execute(update(OAuthCredential).values(sealed_refresh_token=b"\x01 of a key that is lost"))
    await hour(product, orgs.acme)
    assert await sealed(product, orgs.acme) == b"\x01 of a key that is lost"


async def test_what_no_key_opens_stands_in_nobodys_way(
    product: Product, orgs: Orgs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrapping, "AT_ONCE", 1)
    await put(product, orgs.acme, b"refresh")
    async with product.house.works.open(orgs.acme, MACHINE) as work:
        await work.db.execute(update(OAuthCredential).values(sealed_refresh_token=b"\x01 of a key that is lost"))
    await put(product, orgs.acme, b"refresh", "b@x.example")
    await hour(product, orgs.acme)
    async with product.house.works.open(orgs.acme, MACHINE, reads=True) as work:
        newest = select(OAuthCredential.sealed_refresh_token).where(OAuthCredential.subject == "b@x.example")
        follows = bytes((await work.db.scalars(newest)).one())
    assert Vault((NEW,)).open(follows, refresh_place(orgs.acme, "b@x.example")) == b"refresh"


async def test_every_sealed_column_follows(product: Product) -> None:
    """A new one that nobody lists would be lost with the old key."""
    listed = {
        f"{one.column.class_.__tablename__}.{one.column.key}" for one in product.house.parts.of(SealedColumns).known
    }
    all_ = {
        f"{table.name}.{column.name}"
        for table in everything().tables.values()
        for column in table.columns
        if column.name.startswith("sealed_") and column.name not in FOR_MINUTES
    }
    assert all_ - FOLLOWS_ITS_USE == listed
