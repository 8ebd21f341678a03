"""`waypost callbacks`: reports of runs that the API did not take, on the scraper's machine."""

import json
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from waypost.cli.options import Json
from waypost.cli.scraper import Folder

if TYPE_CHECKING:
    from waypost.sourcing.scraper.remote import Letters

Answer = TypeVar("Answer")
Url = Annotated[
    str | None,
    typer.Option(help="A scraper elsewhere. Default: the one of this folder, by its file or over HTTP if it runs."),
]
callbacks = typer.Typer(name="callbacks", help="Reports that the API did not take: list, replay.", no_args_is_help=True)


class Class(StrEnum):
    """Why a report was given up."""

    transient = "transient"
    permanent = "permanent"


@callbacks.command()
def replay(
    run: Annotated[str | None, typer.Option(help="Only those of this run.")] = None,
    kind: Annotated[Class | None, typer.Option("--class", help="Only those of this class.")] = None,
    older_than: Annotated[int, typer.Option(min=0, metavar="MINUTES", help="Leave what is younger.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many, the oldest first.")] = 500,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be sent.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="Also those that are still tried by themselves.")] = False,
    url: Url = None,
    data: Folder = None,
    as_json: Json = False,
) -> None:
    """Send dead reports again, a run's offers before its end. Exit code 1 when any was not taken."""

    async def act(letters: "Letters") -> Mapping[str, Any]:
        from waypost.sourcing.scraper.asking import ReplayWish

        wish = ReplayWish(
            source_run_id=run,
            kind_of_failure=kind.value if kind else None,
            older_than_minutes=older_than,
            limit=limit,
            dry_run=dry_run,
            include_waiting=waiting,
        )
        return await letters.replay(wish)

    receipt = _with_letters(data, url, act)
    if as_json:
        typer.echo(json.dumps(receipt))
    else:
        for each in receipt["entries"]:
            typer.echo(f"{each['result']:10} {each['kind']:8} {each['sourceRunId']}  {each['eventId']}")
        typer.echo(f"{receipt['total']} reports: {receipt['sent']} sent, {receipt['failed']} failed.")
    raise typer.Exit(1 if receipt["failed"] else 0)


@callbacks.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many, the oldest first.")] = 50,
    url: Url = None,
    data: Folder = None,
    as_json: Json = False,
) -> None:
    """Reports that were given up."""

    async def act(letters: "Letters") -> Mapping[str, Any]:
        return await letters.listed(limit)

    found = _with_letters(data, url, act)
    if as_json:
        return typer.echo(json.dumps(found))
    for each in found["items"]:
        why = each["reason"] or "no answer"
        typer.echo(f"{each['createdAt']}  {each['kind']:8} {each['class']:9} {each['sourceRunId']}  {why}")
    typer.echo(f"{found['total']} dead letters." if found["total"] else "There are no dead letters.")


@callbacks.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Where an earlier scraper left files.")],
    data: Folder = None,
) -> None:
    """Take dead letters over that stand in files; each file goes with its token. Exit code 1 for unreadable ones."""

    async def act(letters: "Letters") -> tuple[int, list[str]]:
        return await letters.imported(folder)

    taken, unreadable = _with_letters(data, None, act)
    for name in unreadable:
        typer.echo(f"{name}: no dead letter; it stays where it is.", err=True)
    typer.echo(f"{taken} dead letters taken over.")
    raise typer.Exit(1 if unreadable else 0)


def _with_letters(data: Path | None, url: str | None, act: "Callable[[Letters], Awaitable[Answer]]") -> Answer:
    import asyncio

    from waypost.platform.observe import logs
    from waypost.sourcing.scraper.remote import letters_of
    from waypost.sourcing.scraper.settings import load

    settings = load(data)
    logs.configure("error", settings.form)

    async def acted() -> Answer:
        async with letters_of(settings, url) as letters:
            return await act(letters)

    return asyncio.run(acted())
