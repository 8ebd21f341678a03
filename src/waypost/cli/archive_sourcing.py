"""What commands ask and do about sources."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import SecretStr, ValidationError

from waypost.archive.sources import actions, connecting, queries, shapes
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.shapes import Doorstep
from waypost.archive.sources.typed import TypedSource
from waypost.cli.connecting import NotUnderstood
from waypost.cli.organisations import organisation_of
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.http import Trust
from waypost.platform.work import Work


@dataclass(frozen=True, slots=True)
class SourceAsked:
    """A source as the operator typed it."""

    name: str
    url: str
    token: str = field(repr=False)
    trigger_tag: str
    ca_pem: str | None

    def parsed(self) -> TypedSource:
        """Refuses like the form does."""
        try:
            return TypedSource(
                name=self.name,
                base_url=self.url,
                token=SecretStr(self.token),
                trigger_tag=self.trigger_tag,
                ca_pem=self.ca_pem,
            )
        except ValidationError as wrong:
            first = wrong.errors()[0]
            raise NotUnderstood(f"{first['loc'][0]}: {first['msg']}") from None


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens the machine's works in one organisation."""

    house: House
    org: UUID

    def __call__(self, *, reads: bool = False) -> AbstractAsyncContextManager[Work]:
        """A short one."""
        return self.house.works.open(self.org, MACHINE, reads=reads)


def connect_source(org: str, asked: SourceAsked) -> Callable[[House], Awaitable[dict[str, str]]]:
    """Try the token, then keep it; the webhook's address and secret."""
    typed = asked.parsed()

    async def act(house: House) -> dict[str, str]:
        open_work = Opener(house, await organisation_of(house, org))
        source, secret = await connecting.connect(open_work, house.parts.of(Zammads), typed, Trust.OPERATOR)
        webhook = house.parts.of(Doorstep).webhook(source)
        return {"id": str(source.id), "key": source.key, "webhook_url": webhook, "webhook_secret": secret}

    return act


def all_sources(org: str) -> Callable[[House], Awaitable[list[dict[str, str]]]]:
    """Each with its condition."""

    async def act(house: House) -> list[dict[str, str]]:
        async with Opener(house, await organisation_of(house, org))(reads=True) as work:
            return [
                {
                    "key": one.key,
                    "name": one.name,
                    "base_url": one.base_url,
                    "condition": shapes.condition(one),
                    "webhook_url": house.parts.of(Doorstep).webhook(one),
                }
                for one in await queries.standing(work.db)
            ]

    return act


def test_source(org: str, key: str) -> Callable[[House], Awaitable[dict[str, Any]]]:
    """A look in stages."""

    async def act(house: House) -> dict[str, Any]:
        open_work = Opener(house, await organisation_of(house, org))
        async with open_work(reads=True) as work:
            source_id = (await queries.by_key(work.db, key)).id
        _, looked = await connecting.test(open_work, house.parts.of(Zammads), source_id)
        return shapes.tested(looked)

    return act


def change_secret(org: str, key: str) -> Callable[[House], Awaitable[str]]:
    """The new one."""

    async def act(house: House) -> str:
        async with Opener(house, await organisation_of(house, org))() as work:
            found = await queries.by_key(work.db, key)
            return (await actions.change_secret(work, house.secrets.vault, found.id))[1]

    return act


def finish_secret(org: str, key: str) -> Callable[[House], Awaitable[None]]:
    """Without the former one."""

    async def act(house: House) -> None:
        async with Opener(house, await organisation_of(house, org))() as work:
            found = await queries.by_key(work.db, key)
            await actions.drop_former_secret(work, found.id)

    return act
