"""Only a person at a browser makes and revokes keys: a key that leaked must not make others."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from waypost.platform.errors import Forbidden
from waypost.platform.web.caller import caller_of


class NotByKey(Forbidden):
    """An API key cannot do this; sign in."""


async def in_person(request: Request) -> None:
    """The dependency of doors that a key must not open."""
    caller = await caller_of(request)
    if caller is not None and not caller.by_cookie:
        raise NotByKey


InPerson = Annotated[None, Depends(in_person)]
