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
from sqlalchemy import text

from tests.conftest import Orgs
from waypost.platform.access import Actor, ActorKind, Role, keys_of
from waypost.platform.identity import lookups
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.passwords import Passwords
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.identity.tokens import Tokens
from waypost.platform.ids import new_id, new_secret
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


ORGANISATIONS = """
select identity_make_organization(id, name, 'UTC', :at)
from unnest(cast(:ids as uuid[]), cast(:names as text[])) made(id, name)
"""
PEOPLE = """
select identity_make_person(id, email, name, :at), set_config('app.current_org_id', org::text, true),
  identity_join(org, id, role, :at), identity_open_session(session, id, org, token, null, null, :at, :until)
from unnest(cast(:orgs as uuid[]), cast(:ids as uuid[]), cast(:names as text[]), cast(:emails as text[]),
  cast(:roles as text[]), cast(:sessions as uuid[]), cast(:tokens as bytea[]))
  made(org, id, name, email, role, session, token)
"""
"""What `enter` asks in turn, for everybody at once: most tests begin with it."""


async def gather(works: Works, orgs: Orgs, desk: Desk | None = None) -> Cast:
    """Both organisations with their people, known to an app's own desk where one is given."""
    desk, moment = desk or desk_for(works), works.clock()
    people = [
        _stranger(desk, orgs.acme, "Alice", Role.OWNER),
        _stranger(desk, orgs.acme, "Bob", Role.AGENT),
        _stranger(desk, orgs.acme, "Vera", Role.VIEWER),
        _stranger(desk, orgs.globex, "Mallory", Role.OWNER),
    ]
    named = {"at": moment, "ids": [orgs.acme, orgs.globex], "names": ["Acme", "Globex"]}
    async with lookups.catalogue(works.shards) as db:
        await db.execute(text(ORGANISATIONS), named)
        entered = await db.execute(text(PEOPLE), _columns(desk, people, moment))
        assert all(row[2] and row[3] for row in entered)
    return Cast(desk, *people)


def _stranger(desk: Desk, org: UUID, name: str, role: Role) -> Player:
    """Somebody whom the database does not know yet."""
    token, email = new_secret(), f"{name.lower()}-{new_secret()[:8].lower()}@example.org"
    return Player(new_id(), org, role, email, name, new_id(), token, desk.tokens.csrf(token))


def _columns(desk: Desk, people: list[Player], moment: datetime) -> dict[str, object]:
    return {
        "at": moment,
        "until": moment + desk.settings.ttl,
        "orgs": [one.org_id for one in people],
        "ids": [one.person_id for one in people],
        "names": [one.name for one in people],
        "emails": [one.email for one in people],
        "roles": [one.role.value for one in people],
        "sessions": [one.session_id for one in people],
        "tokens": [desk.tokens.hash(one.token) for one in people],
    }


@pytest.fixture
async def cast(works: Works, orgs: Orgs) -> AsyncIterator[Cast]:
    """Everybody, for one test."""
    gathered = await gather(works, orgs)
    yield gathered
    await gathered.desk.close()
