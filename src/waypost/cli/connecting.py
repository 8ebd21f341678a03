"""What commands ask and do about mailboxes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import ValidationError

from waypost.cli.organisations import organisation_of
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.errors import Invalid
from waypost.platform.http.addresses import Trust
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.actions import NewImap, add_imap
from waypost.ticketing.mailboxes.models import Purpose
from waypost.ticketing.mailboxes.testing import try_login
from waypost.ticketing.mailboxes.typed import TypedImap


class NotUnderstood(Invalid):
    """An option is not what it should be."""


@dataclass(frozen=True, slots=True)
class ImapAsked:
    """An IMAP mailbox as the operator typed it."""

    host: str
    port: int | None
    user: str
    password: str = field(repr=False)
    address: str
    is_journal: bool
    tls: str

    def parsed(self) -> NewImap:
        """As the action takes it; refuses like the form does."""
        try:
            return TypedImap.model_validate(
                {
                    "email_address": self.address,
                    "host": self.host,
                    "port": self.port,
                    "username": self.user,
                    "password": self.password,
                    "purpose": Purpose.JOURNAL if self.is_journal else Purpose.USER,
                    "tls": self.tls,
                }
            ).described(Trust.OPERATOR)
        except ValidationError as wrong:
            first = wrong.errors()[0]
            raise NotUnderstood(f"{first['loc'][0]}: {first['msg']}") from None


def connect_imap(org: str, asked: ImapAsked) -> Callable[[House], Awaitable[UUID]]:
    """Try the login, then keep it; refuses with what is wrong."""
    new = asked.parsed()

    async def act(house: House) -> UUID:
        org_id = await organisation_of(house, org)
        await try_login(new.login, house.terms)
        async with house.works.open(org_id, MACHINE) as work:
            return (await add_imap(work, house.secrets.vault, new)).id

    return act


def all_mailboxes(org: str) -> Callable[[House], Awaitable[list[dict[str, str]]]]:
    """Each with its condition in the documented words."""

    async def act(house: House) -> list[dict[str, str]]:
        async with house.works.open(await organisation_of(house, org), MACHINE, reads=True) as work:
            return [
                {
                    "id": str(one.id),
                    "email_address": one.email_address,
                    "provider": one.provider,
                    "purpose": one.purpose,
                    "condition": queries.condition(one, work.now),
                }
                for one in await queries.connected(work.db)
            ]

    return act
