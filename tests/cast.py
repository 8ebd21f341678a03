"""Who acts in tests: Alice owns Acme, Bob works there, Vera only looks, Mallory belongs to Globex.

Real rows, real sessions: send `player.headers` with a request to an app that has `cast.desk` at `app.state.identity`.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

import pytest
from argon2 import PasswordHasher

from tests.conftest import Orgs
from waypost.platform.access import MACHINE, Actor, ActorKind, Role, keys_of
from waypost.platform.identity import lookups
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.passwords import Passwords
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.identity.tokens import Tokens
from waypost.platform.ids import new_secret
from waypost.platform.safety.secrets import Secrets
from waypost.platform.safety.vault import Vault
from waypost.platform.work import Work, Works

SECRETS = Secrets(b"the root secret of tests, long enough", vault=Vault((bytes(range(32)),)))
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True, slots=True)
class Player:
    """One person with an open session in one organisation."""

    person_id: UUID
    org_id: UUID
    role: Role
    email: str
    name: str
    session_id: UUID
    token: str
    csrf_token: str

    @property
    def cookies(self) -> dict[str, str]:
        """What their browser sends."""
        return {"oss_session": self.token, "oss_csrf": self.csrf_token}

    @property
    def headers(self) -> dict[str, str]:
        """Cookies and CSRF token for a client that keeps no cookies."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"cookie": cookie, "x-csrf-token": self.csrf_token}

    @property
    def actor(self) -> Actor:
        """The same person for actions, with all keys of their role."""
        return Actor(ActorKind.PERSON, self.person_id, keys_of(self.role))


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, and the desk that knows their sessions."""

    desk: Desk
    alice: Player
    bob: Player
    vera: Player
    mallory: Player


def desk_for(works: Works, settings: IdentitySettings | None = None, *, prod: bool = False) -> Desk:
    """A desk with the tests' secrets and quick password hashes; tries of one test never count in another."""
    tokens = replace(Tokens.of(SECRETS), bucket_key=token_bytes())
    return Desk(settings or IdentitySettings(), tokens, works, SECRETS.vault, prod=prod, passwords=Passwords(CHEAP))


async def enter(desk: Desk, work: Work, name: str, role: Role) -> Player:
    """A new person with a membership and a session in the work's organisation."""
    email = f"{name.lower()}-{new_secret()[:8].lower()}@example.org"
    person = await lookups.make_person(work.db, email, name, work.now)
    await lookups.join(work.db, work.org, person, role, work.now)
    token = new_secret()
    session = await lookups.open_session(
        work.db,
        person=person,
        org=work.org,
        token=desk.tokens.hash(token),
        agent=None,
        moment=work.now,
        until=work.now + desk.settings.ttl,
    )
    assert session is not None
    return Player(person, work.org, role, email, name, session, token, desk.tokens.csrf(token))


async def gather(works: Works, orgs: Orgs, desk: Desk | None = None) -> Cast:
    """Both organisations with their people, known to an app's own desk where one is given."""
    desk, moment = desk or desk_for(works), works.clock()
    await _found(works, orgs, moment)
    async with works.open(orgs.acme, MACHINE) as work:
        alice = await enter(desk, work, "Alice", Role.OWNER)
        bob = await enter(desk, work, "Bob", Role.AGENT)
        vera = await enter(desk, work, "Vera", Role.VIEWER)
    async with works.open(orgs.globex, MACHINE) as work:
        mallory = await enter(desk, work, "Mallory", Role.OWNER)
    return Cast(desk, alice, bob, vera, mallory)


async def _found(works: Works, orgs: Orgs, moment: datetime) -> None:
    async with lookups.catalogue(works.shards) as db:
        await lookups.make_organisation(db, "Acme", moment, org=orgs.acme)
        await lookups.make_organisation(db, "Globex", moment, org=orgs.globex)


@pytest.fixture
async def cast(works: Works, orgs: Orgs) -> AsyncIterator[Cast]:
    """Everybody, for one test."""
    gathered = await gather(works, orgs)
    yield gathered
    await gathered.desk.close()
