"""From the command line into the house: settings, a database that is up to date, the parts."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psycopg

from waypost.database import Database, database, plain
from waypost.main.house import House, furnish
from waypost.platform.errors import Conflict
from waypost.platform.observe import logs
from waypost.platform.schema.inspect import login_flaws, revision
from waypost.settings import Settings, load

Answer = TypeVar("Answer")
Act = Callable[[House], Awaitable[Answer]]


class LoginTooPowerful(Conflict):
    """The app's login may do more than serve."""


class DatabaseBehind(Conflict):
    """The database is not at the version that this program needs."""


def in_house(data: Path | None, act: Act[Answer]) -> Answer:
    """Run one command's work with the parts of a small process."""
    settings = load(data)
    logs.configure("warning", settings.observe.form)
    with up_to_date(settings) as found:
        return asyncio.run(_lived(furnish(settings, found, pool=3), act))


async def _lived(house: House, act: Act[Answer]) -> Answer:
    try:
        return await act(house)
    finally:
        await house.close()


@contextmanager
def up_to_date(settings: Settings) -> Iterator[Database]:
    """The database for as long as the block lasts. An embedded one is migrated first, another refused when behind."""
    from waypost.cli.schema import bring_up, is_current

    with database(settings) as found:
        if not is_current(settings, found):
            if not settings.embedded:
                raise DatabaseBehind("The database is not at the version that this program needs: run waypost migrate.")
            bring_up(settings, found)
        yield found


@contextmanager
def serving(settings: Settings, *, leashed: bool) -> Iterator[Database]:
    """The database for a process that stays; below `up` it has just been migrated. Refuses too powerful a login."""
    with database(settings) if leashed else up_to_date(settings) as found:
        with psycopg.connect(plain(found.app)) as connection:
            flaws = login_flaws(connection)
        if flaws:
            raise LoginTooPowerful(f"Waypost does not serve with this login: {flaws[0]}. See docs/self-hosting.md.")
        yield found


def revision_seen_by(url: str) -> str | None:
    """The revision of a database as one of its logins sees it; None before the first migration."""
    with psycopg.connect(plain(url)) as connection:
        return revision(connection)
