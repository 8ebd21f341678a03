"""`waypost import`: mail files become tickets."""

from pathlib import Path
from typing import Annotated

import typer

from waypost.cli.options import Data, Json, Org


def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="mbox files, Maildirs, .eml files, folders.")],
    org: Org,
    inbox: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The inbox this mail belongs to; its allowlist then applies.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until every mail has become what it becomes.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Import mail from files and folders.

    It may be stopped and run again: nothing comes twice. Without --wait a running worker makes the tickets.
    """
    import json

    from waypost.cli.importing import Asked, bring
    from waypost.cli.opening import in_house

    ended = in_house(data, bring(Asked(tuple(paths), org, inbox, wait)))
    if as_json or wait:
        typer.echo(json.dumps(ended.figures, separators=(",", ":")))
    else:
        typer.echo(ended.sentence())
    for example in ended.skipped:
        typer.echo(f"Skipped: {example}", err=True)
    if ended.dead:
        told = f"{ended.dead} jobs of this import were given up; see them with: waypost jobs dead --org '{org}'"
        typer.echo(told, err=True)
        raise typer.Exit(1)
