"""One visit at the provider: begun with a secret that only the browser keeps, ended once, settled into a person.

The browser's cookie holds that secret; state, nonce and PKCE verifier are derived from it with our keys, and only the
state's hash is stored: neither a look into the database nor a stolen address of the way back is enough to come in.
"""

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest

from waypost.platform.errors import Forbidden, NotFound
from waypost.platform.identity import lookups
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.sign_in import Arrival, Origin, SignedInAs, go_on, place_of
from waypost.platform.identity.single_sign_on import lookups as logins
from waypost.platform.identity.single_sign_on.id_token import Claims
from waypost.platform.identity.single_sign_on.matching import person_for
from waypost.platform.identity.single_sign_on.provider import Provider, Visit
from waypost.platform.identity.tokens import Tokens
from waypost.platform.ids import new_secret

VISIT_LIFE = timedelta(minutes=10)


class NoProvider(NotFound):
    """Single sign-on is not set up here."""


class VisitUnknown(Forbidden):
    """This sign-in was not begun in this browser, was finished already, or took too long."""


class ProviderRefused(Forbidden):
    """The provider did not sign you in."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what it keeps until it comes back."""

    address: str = field(repr=False)
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Back:
    """What the browser brings back: from the address, and from its cookie."""

    state: str = field(repr=False)
    code: str | None = field(repr=False)
    issuer: str | None
    cookie: str = field(repr=False)


async def begin(desk: Desk, onward: str, invitation: str = "") -> Begun:
    """Send a browser to the provider; `onward` is a local path, `invitation` the secret part of a link."""
    provider, secret, moment = provider_at(desk), new_secret(), desk.works.clock()
    visit = visit_of(desk.tokens, secret)
    address = await provider.sign_in_address(visit, moment)
    async with lookups.catalogue(desk.works.shards) as db:
        hashed = desk.tokens.keyed("visit", visit.state)
        await logins.begin_visit(db, hashed, onward, moment, moment + VISIT_LIFE)
    return Begun(address, f"{secret}.{invitation}" if invitation else secret)


async def end(desk: Desk, back: Back, origin: Origin) -> tuple[SignedInAs, str]:
    """Sign in whoever came back; returns where they wanted to go, too. The state is used up before anything is asked.

    Refuses 403 with one of this file's refusals or those of the token, 503 when the provider is silent.
    """
    provider = provider_at(desk)
    secret, _, invitation = back.cookie.partition(".")
    visit = visit_of(desk.tokens, secret)
    if not secret or not compare_digest(visit.state.encode(), back.state.encode()):
        raise VisitUnknown
    async with lookups.catalogue(desk.works.shards) as db:
        onward = await logins.end_visit(db, desk.tokens.keyed("visit", visit.state), desk.works.clock())
    if onward is None:
        raise VisitUnknown
    if back.code is None or back.issuer not in (None, provider.client.issuer):
        raise ProviderRefused
    claims = await provider.person_of(back.code, visit, desk.works.clock())
    return await _settled(desk, claims, invitation, origin), onward


def provider_at(desk: Desk) -> Provider:
    """The provider; refuses (404) when none is configured."""
    if desk.provider is None:
        raise NoProvider
    return desk.provider


def visit_of(tokens: Tokens, secret: str) -> Visit:
    """State, nonce and verifier of a browser's secret: 43 URL-safe characters each."""
    return Visit(*(_text(tokens.keyed(f"provider {kind}", secret)) for kind in ("state", "nonce", "verifier")))


async def _settled(desk: Desk, claims: Claims, invitation: str, origin: Origin) -> SignedInAs:
    person, org = await person_for(desk, claims, invitation)
    arrival = Arrival(person, await place_of(desk, person, str(org) if org else None), "provider")
    return await go_on(desk, arrival, origin, settled=claims.by_two_factors)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
