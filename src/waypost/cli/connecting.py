"""What commands ask and do about mailboxes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from pydantic import SecretStr, ValidationError

from waypost.cli.consenting import consent
from waypost.cli.organisations import organisation_of
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.errors import Invalid
from waypost.platform.http.addresses import Trust
from waypost.platform.work import Work
from waypost.ticketing.mailboxes import queries
from waypost.ticketing.mailboxes.actions import NewImap, add_imap
from waypost.ticketing.mailboxes.google.account import Google
from waypost.ticketing.mailboxes.google.actions import connect
from waypost.ticketing.mailboxes.models import Mailbox, Provider, Purpose
from waypost.ticketing.mailboxes.new_login import take_login
from waypost.ticketing.mailboxes.testing import try_login
from waypost.ticketing.mailboxes.typed import TypedImap, TypedLogin


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


def connect_gmail(org: str, port: int, show: Callable[[str], None]) -> Callable[[House], Awaitable[tuple[str, UUID]]]:
    """Ask Google's consent, then keep it; the address and the id of the mailbox."""

    async def act(house: House) -> tuple[str, UUID]:
        org_id = await organisation_of(house, org)
        google = house.parts.of(Google)
        new = await consent(google, port, show)
        async with house.works.open(org_id, MACHINE) as work:
            return new.address, (await connect(work, google.vault, new)).id

    return act


def change_login(
    org: str, address: str, password: str | None, port: int, show: Callable[[str], None]
) -> Callable[[House], Awaitable[None]]:
    """A new password or a new consent, for whichever kind of mailbox this address is."""

    async def act(house: House) -> None:
        org_id = await organisation_of(house, org)
        async with house.works.open(org_id, MACHINE, reads=True) as work:
            found = await _mailbox_at(work, address)
        if found.provider == Provider.GMAIL:
            google = house.parts.of(Google)
            new = await consent(google, port, show, found.email_address)
            async with house.works.open(org_id, MACHINE) as work:
                await connect(work, google.vault, new)
        elif password is None:
            raise NotUnderstood("An IMAP mailbox needs --password-file")
        else:
            typed = TypedLogin(password=SecretStr(password))
            await take_login(
                partial(house.works.open, org_id, MACHINE), found.id, typed, house.secrets.vault, house.terms
            )

    return act


async def _mailbox_at(work: Work, address: str) -> Mailbox:
    """The mailbox that reads this address; refuses with `NoSuchMailbox`."""
    for provider in (Provider.GMAIL, Provider.IMAP):
        found = await queries.by_address(work.db, provider, address.strip().lower())
        if found is not None:
            return found
    raise queries.NoSuchMailbox


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
