"""`waypost note`: what was done outside, so that alerts know of it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from waypost.cli.options import Data

if TYPE_CHECKING:
    from waypost.main.house import House

WHAT = "backup: database and blobs were saved. restore-drill: a backup was restored somewhere else, and looked at."


def note(what: Annotated[str, typer.Argument(metavar="backup|restore-drill", help=WHAT)], data: Data = None) -> None:
    """Note that a backup, or a trial of restoring one, has succeeded just now: the last line of your own script.

    The figures waypost_backup_age_seconds and waypost_restore_drill_age_seconds of /metrics begin anew.
    """
    from waypost.cli.opening import in_house

    if what not in ("backup", "restore-drill"):
        raise typer.BadParameter("say backup or restore-drill")
    in_house(data, _noted(what))
    typer.echo(f"Noted: {what}.")


def _noted(what: str) -> "Callable[[House], Awaitable[None]]":
    async def act(house: "House") -> None:
        from waypost.console.safekeeping.actions import note
        from waypost.console.safekeeping.models import Kind

        async with house.shards.engine.begin() as connection:
            await note(connection, Kind(what), house.works.clock())

    return act
