"""The reception desk: what every door of identity needs at hand, made once by the composition root."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from waypost.platform.access import keys_of
from waypost.platform.identity import lookups
from waypost.platform.identity.api_keys.lookups import key_holder
from waypost.platform.identity.api_keys.secrets import bearer_of, is_api_key
from waypost.platform.identity.passwords import Passwords
from waypost.platform.identity.post import NoPost, Post
from waypost.platform.identity.records import OpenSession
from waypost.platform.identity.refusals import NotAMember, PersonDisabled, SecondFactorMissing
from waypost.platform.identity.seen import LastSeen
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.identity.single_sign_on.provider import Provider, provider_of
from waypost.platform.identity.tokens import Tokens, is_token
from waypost.platform.identity.ways import ENROLMENT, FOR_THE_LOST
from waypost.platform.safety.vault import Vault
from waypost.platform.web.addresses import UNKNOWN
from waypost.platform.web.caller import Caller
from waypost.platform.web.csrf import Csrf
from waypost.platform.work import Works


@dataclass(slots=True)
class Desk:
    """Settings, tokens and passwords of one process. Lies at `app.state.identity`; `resolve` is the app's resolver.

    `home` is the address at which people and providers reach us, without a slash at its end.
    """

    settings: IdentitySettings
    tokens: Tokens
    works: Works
    vault: Vault
    prod: bool = True
    home: str = "http://localhost:8000"
    passwords: Passwords = field(default_factory=Passwords)
    post: Post = field(default_factory=NoPost)
    provider: Provider | None = field(init=False)
    seen: LastSeen = field(init=False)
    secure: bool = field(init=False)
    _errands: set[asyncio.Task[None]] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Raises SettingRefused for settings that cannot be."""
        self.secure = self.settings.secure_cookies(prod=self.prod)
        self.seen = LastSeen(self.works.shards)
        self.provider = provider_of(self.settings, self.home) if self.settings.single_sign_on else None

    async def resolve(self, request: Request) -> Caller | None:
        """Who calls: by an API key in the header, else by the session's cookie.

        Refuses (403) a disabled person, one who is no longer a member, one without the second factor that is asked.
        """
        secret = bearer_of(request.headers.get("authorization"))
        token = None if secret else request.cookies.get(self.settings.session_cookie_name)
        found = await self._key(secret) if secret else await self._session_of(token)
        if found is None:
            return None
        request.state.caller = None  # a refusal's own page is drawn for a stranger
        if found.is_disabled or found.role is None:
            _turn_away(request, found)
            return None
        self.seen.note(found.session_id, self.works.clock())
        caller = _caller(found, self.tokens.csrf(token) if token else "", by_cookie=token is not None)
        _ask_for_second_factor(request, found, caller)
        return caller

    def csrf(self, origins: frozenset[str]) -> Csrf:
        """The web's check with our names of cookie and header; `origins` may act with a person's session."""
        return Csrf(
            cookie=self.settings.csrf_cookie_name,
            header=self.settings.csrf_header_name,
            origins=origins,
            secure=self.secure,
            samesite=self.settings.cookie_samesite,
            domain=self.settings.cookie_domain,
            max_age=self.settings.session_ttl_seconds,
        )

    def later(self, errand: Coroutine[Any, Any, None]) -> None:
        """Do it after the answer, so that how long it takes tells a stranger nothing."""
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def close(self) -> None:
        """Write what is buffered, end what was begun."""
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self.seen.close()
        if self.provider is not None:
            await self.provider.close()

    async def _session_of(self, token: str | None) -> OpenSession | None:
        if token is None or not is_token(token):
            return None
        async with self.works.shards.asking() as db:
            return await lookups.session(db, self.tokens.hash(token), self.works.clock(), self.settings.idle)

    async def _key(self, secret: str) -> OpenSession | None:
        if not is_api_key(secret):
            return None
        async with self.works.shards.asking() as db:
            return await key_holder(db, self.tokens.keyed("api key", secret), self.works.clock())


def desk_of(request: Request) -> Desk:
    """The app's desk."""
    desk: Desk = request.app.state.identity
    return desk


def address_of(request: Request) -> str:
    """Where a caller is; the shell has put the right-most untrusted address there."""
    return request.client.host if request.client else UNKNOWN


def _turn_away(request: Request, found: OpenSession) -> None:
    if not request.url.path.startswith(FOR_THE_LOST):
        raise PersonDisabled if found.is_disabled else NotAMember


def _ask_for_second_factor(request: Request, found: OpenSession, caller: Caller) -> None:
    if found.must_enrol and not request.url.path.startswith((*FOR_THE_LOST, *ENROLMENT)):
        request.state.caller = caller
        raise SecondFactorMissing


def _caller(found: OpenSession, csrf_token: str, *, by_cookie: bool) -> Caller:
    role = found.role
    assert role is not None
    keys = keys_of(role)
    return Caller(
        person_id=found.person_id,
        org_id=found.org_id,
        role=role,
        keys=keys & keys_of(found.ceiling) if found.ceiling else keys,
        session_id=found.session_id,
        csrf_token=csrf_token,
        by_cookie=by_cookie,
        email=found.email,
        name=found.display_name or found.email.partition("@")[0],
        org_name=found.org_name,
        zone=found.zone,
        locale=found.locale,
        theme=found.theme,
        operator=found.operator,
    )
