"""Who calls: what a door knows about the person behind a request."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from waypost.platform.access import Actor, ActorKind, Key, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person in the organisation that their session (or API key) has open."""

    person_id: UUID
    org_id: UUID
    role: Role
    keys: frozenset[Key]
    session_id: UUID
    csrf_token: str
    by_cookie: bool
    """True when a browser's cookie spoke; a call signed by header needs no CSRF token."""
    email: str
    name: str
    org_name: str
    zone: str = "UTC"
    locale: str | None = None
    theme: str = "auto"
    operator: bool = False

    def actor(self) -> Actor:
        """The same person as actions know them."""
        return Actor(ActorKind.PERSON, self.person_id, self.keys)


Resolver = Callable[[Request], Awaitable[Caller | None]]
"""Finds the caller of a request; given to the app by the composition root (identity owns it)."""


async def caller_of(request: Request) -> Caller | None:
    """The caller, looked up once a request; None for strangers."""
    if not hasattr(request.state, "caller"):
        resolve: Resolver = request.app.state.resolve_caller
        request.state.caller = await resolve(request)
    found: Caller | None = request.state.caller
    return found
