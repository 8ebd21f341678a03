"""Signing in: tries are counted first, then the password is compared, then the second factor where there is one.

The last step opens a session in an organisation of the person; until then nothing is given away and nothing changed.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from starlette.requests import Request

from waypost.platform.access import Actor, ActorKind
from waypost.platform.identity import lookups
from waypost.platform.identity.actions import Opened, open_session, set_password
from waypost.platform.identity.desk import Desk, address_of
from waypost.platform.identity.records import Login, Place
from waypost.platform.identity.refusals import (
    ChallengeEnded,
    NotAMember,
    PasswordMustChange,
    PasswordUnchanged,
    PersonDisabled,
    SecondFactorNeeded,
    TooManyTries,
    WrongPassword,
)
from waypost.platform.identity.second_factor.lookups import Challenge, begin_challenge, challenge_of, end_challenge
from waypost.platform.identity.second_factor.proving import confirmed_factor, prove
from waypost.platform.ids import new_secret
from waypost.platform.web.addresses import bucket_of
from waypost.platform.work import Work

CHALLENGE_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-in comes from: address and browser."""

    address: str = "unknown"
    agent: str | None = None


def origin_of(request: Request) -> Origin:
    """Where a request comes from."""
    return Origin(address_of(request), request.headers.get("user-agent"))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed, and from where. `organisation` is an id or an exact name; None is the oldest membership."""

    email: str
    password: str = field(repr=False)
    new_password: str | None = field(default=None, repr=False)
    organisation: str | None = None
    address: str = "unknown"
    agent: str | None = None
    code: str | None = field(default=None, repr=False)

    @property
    def origin(self) -> Origin:
        """Where it comes from."""
        return Origin(self.address, self.agent)


@dataclass(frozen=True, slots=True)
class SignedInAs:
    """A successful sign-in; `token` goes into the cookie and is kept nowhere else."""

    person: Login
    place: Place
    session: Opened
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whose first factor holds: who, where to, by what means, with which password to store (its hash)."""

    person: Login
    place: Place
    how: str
    password_hash: str | None = field(default=None, repr=False)
    is_new_choice: bool = False
    """The hash is of a password that its owner chose just now; else the old one, hashed with better parameters."""


async def sign_in(desk: Desk, given: Credentials) -> SignedInAs:
    """Open a session for whoever knows the password.

    Refuses 429 with the wait when tries are used up (known and unknown accounts alike), 401 for a wrong pair, and, told
    only to who knows the password, 403 for a disabled account, no membership, a one-time password without a new one, or
    a second factor that is asked (`SecondFactorNeeded`, which carries the token for `second_step`).
    """
    await count_try(desk, given.email, given.address)
    person = await by_password(desk, given)
    place = await place_of(desk, person, given.organisation)
    new_hash = await _hash_to_store(desk, given, person)
    better = None if new_hash else await desk.passwords.better(person.password_hash, given.password)
    arrival = Arrival(person, place, "password", new_hash or better, new_hash is not None)
    return await go_on(desk, arrival, given.origin, code=given.code)


async def go_on(
    desk: Desk, arrival: Arrival, origin: Origin, *, code: str | None = None, settled: bool = False
) -> SignedInAs:
    """After the first factor: ask for the second where there is one (and a provider has not `settled` it), else enter.

    Refuses 403 `SecondFactorNeeded` where a code is asked and none is given, 401 a wrong one.
    """
    factor = None if settled else await confirmed_factor(desk, arrival.person.id)
    if factor is None:
        return await _enter(desk, arrival, origin, arrival.how)
    if not code:
        raise SecondFactorNeeded(await _challenge(desk, arrival))
    proof = await prove(desk, arrival.person.id, factor, code)
    return await _enter(desk, arrival, origin, f"{arrival.how} and {proof}")


async def second_step(desk: Desk, token: str, code: str, origin: Origin) -> SignedInAs:
    """Finish what `sign_in` began. Refuses 403 a token that ended, 401 a wrong code, 429 when tries are used up."""
    hashed, moment = desk.tokens.keyed("challenge", token), desk.works.clock()
    async with lookups.catalogue(desk.works.shards) as db:
        challenge = await challenge_of(db, hashed, moment)
        person = await lookups.login_of(db, challenge.person_id) if challenge else None
    if challenge is None or person is None:
        raise ChallengeEnded
    if person.is_disabled:
        raise PersonDisabled
    place = await place_of(desk, person, str(challenge.org_id))
    factor = await confirmed_factor(desk, person.id)
    proof = await prove(desk, person.id, factor, code) if factor else "nothing more"
    async with lookups.catalogue(desk.works.shards) as db:
        if not await end_challenge(db, hashed):
            raise ChallengeEnded
    changed = challenge.password_hash
    arrival = Arrival(person, place, challenge.how, changed, is_new_choice=changed is not None)
    return await _enter(desk, arrival, origin, f"{challenge.how} and {proof}")


async def open_for(desk: Desk, person: Login, place: Place, *, origin: Origin, how: str) -> SignedInAs:
    """Open a session for a person whose identity is settled otherwise."""
    async with desk.works.open(place.id, Actor(ActorKind.PERSON, person.id)) as work:
        return await _opened(desk, work, person, place, origin, how)


async def place_of(desk: Desk, person: Login, wanted: str | None) -> Place:
    """The organisation of this id or name, else the oldest membership; refuses (403) who is no member."""
    async with lookups.catalogue(desk.works.shards) as db:
        places = await lookups.places(db, person.id)
    for place in places:
        if wanted is None or wanted in (str(place.id), place.name):
            return place
    raise NotAMember


async def count_try(desk: Desk, email: str, address: str) -> None:
    """Count a try at an account from an address; refuses (429) when either has none left."""
    moment, settings = desk.works.clock(), desk.settings
    limits = [
        (account_bucket(desk, email), settings.attempts_per_account),
        (desk.tokens.bucket("address", bucket_of(address)), settings.attempts_per_address),
    ]
    async with lookups.catalogue(desk.works.shards) as db:
        free_at = await lookups.attempt(db, limits, moment, settings.window)
    if free_at is not None:
        raise TooManyTries(retry_after=free_at - moment)


async def by_password(desk: Desk, given: Credentials) -> Login:
    """Who knows this password; refuses 401 a wrong pair, 403 a disabled account."""
    async with lookups.catalogue(desk.works.shards) as db:
        person = await lookups.login(db, given.email)
    right = await desk.passwords.check(person.password_hash if person else None, given.password)
    if person is None or not right:
        raise WrongPassword
    if person.is_disabled:
        raise PersonDisabled
    return person


async def _hash_to_store(desk: Desk, given: Credentials, person: Login) -> str | None:
    """The hash of a password that replaces a one-time one; None when the old one stays."""
    if not person.for_once:
        return None
    if given.new_password is None:
        raise PasswordMustChange
    if given.new_password == given.password:
        raise PasswordUnchanged
    return await desk.passwords.hash(given.new_password)


async def _challenge(desk: Desk, arrival: Arrival) -> str:
    token, moment = new_secret(), desk.works.clock()
    new_hash = arrival.password_hash if arrival.is_new_choice else None
    challenge = Challenge(arrival.person.id, arrival.place.id, new_hash, arrival.how)
    async with lookups.catalogue(desk.works.shards) as db:
        await begin_challenge(db, desk.tokens.keyed("challenge", token), challenge, moment, moment + CHALLENGE_LIFE)
    return token


async def _enter(desk: Desk, arrival: Arrival, origin: Origin, how: str) -> SignedInAs:
    person, place = arrival.person, arrival.place
    async with desk.works.open(place.id, Actor(ActorKind.PERSON, person.id)) as work:
        if arrival.password_hash is not None and arrival.is_new_choice:
            await set_password(work, person.id, arrival.password_hash)
        elif arrival.password_hash is not None:
            await lookups.set_password(work.db, person.id, arrival.password_hash, for_once=False)
        await lookups.forget_attempts(work.db, account_bucket(desk, person.email))
        return await _opened(desk, work, person, place, origin, how)


async def _opened(desk: Desk, work: Work, person: Login, place: Place, origin: Origin, how: str) -> SignedInAs:
    token, until = new_secret(), work.now + desk.settings.ttl
    opened = await open_session(
        work,
        person.id,
        token_hash=desk.tokens.hash(token),
        until=until,
        agent=origin.agent,
        how=how,
        address=bucket_of(origin.address),
    )
    return SignedInAs(person, place, opened, token)


def account_bucket(desk: Desk, email: str) -> bytes:
    """Where tries at one account are counted."""
    return desk.tokens.bucket("account", email.strip().lower())
