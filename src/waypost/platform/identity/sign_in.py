"""Signing in: tries are counted first, then the password is compared, then a session is opened in its organisation."""

from dataclasses import dataclass, field

from waypost.platform.access import Actor, ActorKind
from waypost.platform.identity import lookups
from waypost.platform.identity.actions import Opened, open_session, set_password
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.records import Login, Place
from waypost.platform.identity.refusals import (
    NotAMember,
    PasswordMustChange,
    PasswordUnchanged,
    PersonDisabled,
    TooManyTries,
    WrongPassword,
    WrongPresentPassword,
)
from waypost.platform.ids import new_secret
from waypost.platform.web.addresses import bucket_of
from waypost.platform.work import Work


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed, and from where. `organisation` is an id or an exact name; None is the oldest membership."""

    email: str
    password: str = field(repr=False)
    new_password: str | None = field(default=None, repr=False)
    organisation: str | None = None
    address: str = "unknown"
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """A successful sign-in; `token` goes into the cookie and is kept nowhere else."""

    person: Login
    place: Place
    session: Opened
    token: str = field(repr=False)


async def sign_in(desk: Desk, given: Credentials) -> SignedInAs:
    """Open a session for whoever knows the password.

    Refuses 429 with the wait when tries are used up (known and unknown accounts alike), 401 for a wrong pair, and, told
    only to who knows the password, 403 for a disabled account, no membership, or a one-time password without a new one.
    """
    await _count_try(desk, given)
    person = await _by_password(desk, given)
    place = await _place(desk, person, given.organisation)
    return await _open(desk, given, person, place, await _hash_to_store(desk, given, person))


async def confirm_password(desk: Desk, given: Credentials) -> None:
    """Ask a signed-in person for their password once more; tries count as at the door. Refuses 422 and 429."""
    await _count_try(desk, given)
    try:
        await _by_password(desk, given)
    except WrongPassword:
        raise WrongPresentPassword from None
    async with lookups.catalogue(desk.works.shards) as db:
        await lookups.forget_attempts(db, _account(desk, given.email))


async def open_for(desk: Desk, person: Login, place: Place, *, agent: str | None, how: str) -> SignedInAs:
    """Open a session for a person whose identity is settled otherwise."""
    async with desk.works.open(place.id, Actor(ActorKind.PERSON, person.id)) as work:
        return await _opened(desk, work, person, place, agent, how)


async def _count_try(desk: Desk, given: Credentials) -> None:
    moment, settings = desk.works.clock(), desk.settings
    limits = [
        (_account(desk, given.email), settings.attempts_per_account),
        (desk.tokens.bucket("address", bucket_of(given.address)), settings.attempts_per_address),
    ]
    async with lookups.catalogue(desk.works.shards) as db:
        free_at = await lookups.attempt(db, limits, moment, settings.window)
    if free_at is not None:
        raise TooManyTries(retry_after=free_at - moment)


async def _by_password(desk: Desk, given: Credentials) -> Login:
    async with lookups.catalogue(desk.works.shards) as db:
        person = await lookups.login(db, given.email)
    right = await desk.passwords.check(person.password_hash if person else None, given.password)
    if person is None or not right:
        raise WrongPassword
    if person.is_disabled:
        raise PersonDisabled
    return person


async def _place(desk: Desk, person: Login, wanted: str | None) -> Place:
    async with lookups.catalogue(desk.works.shards) as db:
        places = await lookups.places(db, person.id)
    for place in places:
        if wanted is None or wanted in (str(place.id), place.name):
            return place
    raise NotAMember


async def _hash_to_store(desk: Desk, given: Credentials, person: Login) -> str | None:
    """The hash of a password that replaces a one-time one; None when the old one stays."""
    if not person.for_once:
        return None
    if given.new_password is None:
        raise PasswordMustChange
    if given.new_password == given.password:
        raise PasswordUnchanged
    return await desk.passwords.hash(given.new_password)


async def _open(desk: Desk, given: Credentials, person: Login, place: Place, new_hash: str | None) -> SignedInAs:
    better = None if new_hash else await desk.passwords.better(person.password_hash, given.password)
    async with desk.works.open(place.id, Actor(ActorKind.PERSON, person.id)) as work:
        if new_hash is not None:
            await set_password(work, person.id, new_hash)
        elif better is not None:
            await lookups.set_password(work.db, person.id, better, for_once=False)
        await lookups.forget_attempts(work.db, _account(desk, given.email))
        return await _opened(desk, work, person, place, given.agent, "password")


async def _opened(desk: Desk, work: Work, person: Login, place: Place, agent: str | None, how: str) -> SignedInAs:
    token, until = new_secret(), work.now + desk.settings.ttl
    opened = await open_session(work, person.id, token_hash=desk.tokens.hash(token), until=until, agent=agent, how=how)
    return SignedInAs(person, place, opened, token)


def _account(desk: Desk, email: str) -> bytes:
    return desk.tokens.bucket("account", email.strip().lower())
