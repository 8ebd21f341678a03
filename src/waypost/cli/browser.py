"""`waypost browser probe`: does a browser start here, and how long does that take?"""

import json
from typing import Annotated

import typer

from waypost.cli.options import Json

browser = typer.Typer(name="browser", help="The browser that draws pages of some sources.", no_args_is_help=True)


@browser.callback()
def of_browser() -> None:
    """The browser that draws pages of some sources."""


@browser.command()
def probe(
    executable: Annotated[
        str | None, typer.Option(metavar="PATH", help="The browser. Default: an installed Chromium.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Start it on a blank page and print timings. Exit code 1 when it does not start."""
    import asyncio

    from waypost.sourcing.scraper.probing import probed

    found = asyncio.run(probed(executable))
    if as_json:
        typer.echo(json.dumps(found))
    elif found["ok"]:
        typer.echo(f"{found['version']}: started in {found['launchMs']} ms, a blank page in {found['pageMs']} ms.")
    else:
        typer.echo(str(found["error"]), err=True)
    raise typer.Exit(0 if found["ok"] else 1)
