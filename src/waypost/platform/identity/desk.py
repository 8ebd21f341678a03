"""The reception desk: what every door of identity needs at hand, made once by the composition root."""

from dataclasses import dataclass, field

from starlette.requests import Request

from waypost.platform.access import keys_of
from waypost.platform.identity import lookups
from waypost.platform.identity.passwords import Passwords
from waypost.platform.identity.records import OpenSession
from waypost.platform.identity.refusals import NotAMember, PersonDisabled
from waypost.platform.identity.seen import LastSeen
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.identity.tokens import Tokens, is_token
from waypost.platform.identity.ways import ENTRANCES
from waypost.platform.web.addresses import UNKNOWN
from waypost.platform.web.caller import Caller
from waypost.platform.web.csrf import Csrf
from waypost.platform.work import Works


@dataclass(slots=True)
class Desk:
    """Settings, tokens and passwords of one process. Lies at `app.state.identity`; `resolve` is the app's resolver."""

    settings: IdentitySettings
    tokens: Tokens
    works: Works
    prod: bool = True
    passwords: Passwords = field(default_factory=Passwords)
    seen: LastSeen = field(init=False)
    secure: bool = field(init=False)

    def __post_init__(self) -> None:
        """Raises SettingRefused for cookie settings that cannot be."""
        self.secure = self.settings.secure_cookies(prod=self.prod)
        self.seen = LastSeen(self.works.shards)

    async def resolve(self, request: Request) -> Caller | None:
        """Who calls: by the session's cookie. Refuses (403) a disabled person and one who is no longer a member.

        The place where bearer tokens and API keys will be read beside the cookie.
        """
        token = request.cookies.get(self.settings.session_cookie_name)
        found = await self._session_of(token)
        if found is None or token is None:
            return None
        request.state.caller = None  # a refusal's own page is drawn for a stranger
        if found.is_disabled or found.role is None:
            _turn_away(request, found)
            return None
        self.seen.note(found.session_id, self.works.clock())
        return _caller(found, self.tokens.csrf(token))

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

    async def close(self) -> None:
        """Write what is buffered."""
        await self.seen.close()

    async def _session_of(self, token: str | None) -> OpenSession | None:
        if token is None or not is_token(token):
            return None
        async with lookups.catalogue(self.works.shards) as db:
            return await lookups.session(db, self.tokens.hash(token), self.works.clock(), self.settings.idle)


def desk_of(request: Request) -> Desk:
    """The app's desk."""
    desk: Desk = request.app.state.identity
    return desk


def address_of(request: Request) -> str:
    """Where a caller is; the shell has put the right-most untrusted address there."""
    return request.client.host if request.client else UNKNOWN


def _turn_away(request: Request, found: OpenSession) -> None:
    if not request.url.path.startswith(ENTRANCES):
        raise PersonDisabled if found.is_disabled else NotAMember


def _caller(found: OpenSession, csrf_token: str) -> Caller:
    role = found.role
    assert role is not None
    return Caller(
        person_id=found.person_id,
        org_id=found.org_id,
        role=role,
        keys=keys_of(role),
        session_id=found.session_id,
        csrf_token=csrf_token,
        by_cookie=True,
        email=found.email,
        name=found.display_name or found.email.partition("@")[0],
        org_name=found.org_name,
        zone=found.zone,
        locale=found.locale,
        theme=found.theme,
        operator=found.operator,
    )
