"""Doors: every route says what it needs, or that it is public, and how it works with the database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request

from waypost.platform.access import STRANGER, Actor, Key
from waypost.platform.errors import NotSignedIn
from waypost.platform.web.caller import Caller, caller_of
from waypost.platform.web.csrf import SAFE_METHODS, check_csrf
from waypost.platform.web.guard import DoorRoute, Guard, Shape
from waypost.platform.work import Work, Works

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Doors:
    """A feature's doors for programs (`api.py`).

    Each says exactly one of `needs=` (a permission key), `member=True` (any signed-in person) or `public=True`. A
    public door that another system calls, and that proves itself by a signature or a secret, also says `foreign=True`:
    it needs no CSRF token and knows no caller. `body_limit=` (bytes) replaces the app's own limit. All other options
    are FastAPI's (`status_code`, `response_model`, …). `shape` gives the refusals of all these doors the JSON form of a
    documented interface.
    """

    def __init__(self, *, shape: Shape | None = None, **options: Any) -> None:
        self.router = APIRouter(**{"route_class": DoorRoute, **options})
        self._shape = shape

    def get(self, path: str, **options: Any) -> Decorator:
        """Declare a GET door."""
        return self._door("GET", path, **options)

    def post(self, path: str, **options: Any) -> Decorator:
        """Declare a POST door."""
        return self._door("POST", path, **options)

    def put(self, path: str, **options: Any) -> Decorator:
        """Declare a PUT door."""
        return self._door("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Decorator:
        """Declare a PATCH door."""
        return self._door("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Decorator:
        """Declare a DELETE door."""
        return self._door("DELETE", path, **options)

    def _door(
        self,
        method: str,
        path: str,
        *,
        needs: Key | None = None,
        member: bool = False,
        public: bool = False,
        foreign: bool = False,
        body_limit: int | None = None,
        **options: Any,
    ) -> Decorator:
        if sum((needs is not None, member, public)) != 1:
            raise ValueError(f"{method} {path} must say exactly one of: needs=…, member=True, public=True")
        if foreign and not public:
            raise ValueError(f"{method} {path} is foreign, so no session opens it: it must be public")
        checks = [] if foreign or method in SAFE_METHODS else [Depends(check_csrf)]
        guard = Guard(needs, public, foreign, body_limit, self._shape)
        return self.router.api_route(path, methods=[method], dependencies=[*checks, Depends(guard)], **options)


async def _signed_in(request: Request) -> Caller:
    caller = await caller_of(request)
    if caller is None:
        raise NotSignedIn
    return caller


async def _reading(request: Request) -> AsyncIterator[Work]:
    caller, works = await _signed_in(request), works_of(request)
    async with works.open(caller.org_id, caller.actor(), reads=True) as work:
        yield work


async def _writing(request: Request) -> AsyncIterator[Work]:
    caller, works = await _signed_in(request), works_of(request)
    async with works.open(caller.org_id, caller.actor()) as work:
        yield work


@dataclass(frozen=True, slots=True)
class Stages:
    """For doors that do several short works around outside calls, or that serve strangers by a secret."""

    works: Works
    caller: Caller | None

    def open(
        self, org: UUID | None = None, actor: Actor | None = None, *, reads: bool = False
    ) -> AbstractAsyncContextManager[Work]:
        """A short work for the caller, or for an organisation that a secret has named."""
        if self.caller is not None and org in (None, self.caller.org_id):
            return self.works.open(self.caller.org_id, actor or self.caller.actor(), reads=reads)
        if org is None:
            raise NotSignedIn
        return self.works.open(org, actor or STRANGER, reads=reads)


async def _staging(request: Request) -> Stages:
    return Stages(works_of(request), await caller_of(request))


def works_of(request: Request) -> Works:
    """The app's opener of works."""
    works: Works = request.app.state.works
    return works


Reads = Annotated[Work, Depends(_reading, scope="function")]
"""A READ ONLY work of the caller."""
Writes = Annotated[Work, Depends(_writing, scope="function")]
"""One work of the caller, committed before the answer leaves."""
Staged = Annotated[Stages, Depends(_staging, scope="function")]
"""Several short works."""
SignedIn = Annotated[Caller, Depends(_signed_in)]
"""The caller of a door that is not public."""
