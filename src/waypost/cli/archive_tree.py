"""`waypost archive import-tree`, `prepare`, `sweep`: the files of the archive from the command line."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from waypost.cli.options import Data, Json, Org

if TYPE_CHECKING:
    from waypost.archive.keeping.importing import Report
    from waypost.main.house import House

WORDS = {
    "imported": "imported",
    "would_import": "would be imported",
    "already": "imported before",
    "ours": "written by Waypost, known already",
    "missing_sidecar": "without a sidecar",
    "bad_sidecar": "with a sidecar that cannot be read",
    "missing_attachment": "whose attachment is missing",
    "hash_mismatch": "that are not what their sidecar says",
    "taken": "whose place belongs to something else",
}


def import_tree(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="The tree that another archiver wrote.")],
    org: Org,
    source: Annotated[str, typer.Option(help="Key of the Zammad that its tickets come from.")] = "default",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look, and say what would be done.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Bring an existing tree and its sidecars into the catalogue. The files stay as they are; a second run goes on.

    Exit code 1 when something needs a person: a missing or unreadable sidecar, bytes that are not what it says.
    """
    from waypost.cli.opening import in_house

    report = in_house(data, _importing(folder.resolve(), org, source, dry_run, quiet=as_json))
    if as_json:
        typer.echo(json.dumps(dict(report.counts)))
    else:
        for kind, count in sorted(report.counts.items()):
            typer.echo(f"{count} {WORDS[kind]}")
        if not report.counts:
            typer.echo("There is no PDF in this tree.")
    raise typer.Exit(0 if report.clean else 1)


def prepare(data: Data = None) -> None:
    """Write the marker file into the archive's root: only where it stands does the archive write."""
    from waypost.cli.opening import in_house

    typer.echo(f"{in_house(data, _prepare)} is ready.")


def sweep(
    hours: Annotated[int, typer.Option(min=0, help="Leave what is younger.")] = 1,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Remove what died writers left in the archive's tree."""
    from waypost.cli.opening import in_house

    count = in_house(data, _sweep(hours))
    typer.echo(json.dumps({"removed": count}) if as_json else f"{count} staging folders removed.")


def _importing(tree: Path, org: str, source: str, dry: bool, *, quiet: bool) -> "Callable[[House], Awaitable[Report]]":
    async def act(house: "House") -> "Report":
        from waypost.archive.keeping.importing import Import
        from waypost.archive.places.shelf import Shelf
        from waypost.cli.organisations import organisation_of

        found = await organisation_of(house, org)
        run = Import(house.works, house.parts.of(Shelf), found, tree, source, dry)
        return await run.run(lambda path, became: None if quiet or became in CALM else typer.echo(f"{path}: {became}"))

    return act


CALM = frozenset({"imported", "would_import", "already", "ours"})


async def _prepare(house: "House") -> str:
    from waypost.archive.places.shelf import Shelf

    place = house.parts.of(Shelf).place
    await place.prepare()
    return place.root


def _sweep(hours: int) -> "Callable[[House], Awaitable[int]]":
    async def act(house: "House") -> int:
        from waypost.archive.places.shelf import Shelf

        return await house.parts.of(Shelf).sweep(house.works.clock() - timedelta(hours=hours))

    return act
