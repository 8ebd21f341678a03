"""The guard of a door: what the door declared, kept where routes, refusals and the house's own tests find it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from waypost.platform.access import Key
from waypost.platform.errors import Forbidden, NotSignedIn
from waypost.platform.web.caller import caller_of

BODY_LIMIT = "waypost.body_limit"
"""Key of the scope: the largest body, in bytes, that the matched door takes."""

Shape = Callable[..., dict[str, Any]]
"""Turns a `Problem` into the JSON that a documented interface asks for; a `status` in it is the answer's."""


class RoleTooLow(Forbidden):
    """Your role does not allow this."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The dependency that stands in every door: refuses strangers (401) and people without the key (403)."""

    needs: Key | None
    public: bool
    foreign: bool = False
    body_limit: int | None = None
    shape: Shape | None = None

    async def __call__(self, request: Request) -> None:
        """Refuse or let pass; public doors still learn who calls when they ask, foreign ones never do."""
        if self.foreign:
            request.state.caller = None
        if self.public:
            return
        caller = await caller_of(request)
        if caller is None:
            raise NotSignedIn
        if self.needs is not None and self.needs not in caller.keys:
            raise RoleTooLow


class DoorRoute(APIRoute):
    """A route that tells the body limit of its door before anything is read."""

    def __init__(self, path: str, *args: Any, **options: Any) -> None:
        super().__init__(path, *args, **options)
        self._head = path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As usual; of hundreds of doors, those whose address begins otherwise are passed by at once."""
        return super().matches(scope) if scope["path"].startswith(self._head) else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As usual, with the door's own limit where it has one."""
        guard = guard_of(self)
        if guard is not None and guard.body_limit is not None:
            scope[BODY_LIMIT] = guard.body_limit
        await super().handle(scope, receive, send)


def guard_of(route: BaseRoute | None) -> Guard | None:
    """What the route's door declared; None for a route that no door made."""
    found = [each.dependency for each in getattr(route, "dependencies", [])]
    return next((each for each in found if isinstance(each, Guard)), None)
