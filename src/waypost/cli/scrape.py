"""`waypost scrape once`: one run without an API, on the screen; also of pages that were kept before."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from waypost.cli.options import Json

if TYPE_CHECKING:
    from waypost.sourcing.scraper.alone import Wish

scrape = typer.Typer(name="scrape", help="Read a board once, without an API.", no_args_is_help=True)


@scrape.callback()
def of_scrape() -> None:
    """Read a board once, without an API."""


@scrape.command()
def once(
    source: Annotated[str, typer.Option(help="Name of the source, as offers will carry it.")] = "once",
    adapter: Annotated[str, typer.Option(help="How it is read: jsonld, feed, sitemap, recipe, pracuj.")] = "jsonld",
    listing_url: Annotated[
        str | None, typer.Option("--listing-url", "--listingUrl", help="The list. Default: PRACUJ_LISTING_URL.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=100, help="Offers that are enough.")] = None,
    recipe: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The adapter's recipe, a JSON file.")
    ] = None,
    interval: Annotated[int, typer.Option(min=100, metavar="MS", help="Least time between two requests.")] = 2_000,
    from_pages: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Read kept pages again; nothing is asked.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read one list and its offers, with all manners. Exit code 1 when the run failed."""
    import asyncio

    from waypost.platform.observe import logs
    from waypost.sourcing.scraper.alone import Wish, carried_out
    from waypost.sourcing.scraper.settings import load

    settings = load()
    logs.configure("error", settings.form)
    rules = json.loads(recipe.read_text("utf-8")) if recipe else {}
    url = listing_url or settings.pracuj_listing_url
    wish = Wish(source, adapter, url, limit or settings.pracuj_listing_limit, rules, interval, from_pages)
    result = asyncio.run(carried_out(settings, wish))
    typer.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else _told(result, wish))
    raise typer.Exit(0 if result["status"] == "COMPLETED" else 1)


def _told(result: dict[str, Any], wish: "Wish") -> str:
    offers = [f"{each['title']}  {each.get('company', '')}  {each['url']}" for each in result["offers"]]
    end = f"{result['status']}: {result['outcome']}, {len(offers)} offers of {result['totalFound']} links"
    return "\n".join([*offers, end, *([result["error"]] if result.get("error") else [])])
