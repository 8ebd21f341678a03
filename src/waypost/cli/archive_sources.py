"""`waypost archive source`: Zammad installations that cases come from, as the operator connects them."""

from pathlib import Path
from typing import Annotated

import typer

from waypost.cli.options import Data, Json, Org

source = typer.Typer(name="source", help="Sources: connect a Zammad, test it, change its secret.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(metavar="KEY", help="The source's key, as the list shows it.")]
File = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="File that holds the API token.")]


@source.command()
def add(
    org: Org,
    url: Annotated[str, typer.Option(help="Address of Zammad, such as https://desk.acme.example.")],
    token_file: File,
    name: Annotated[str, typer.Option(help="What people here call it.")] = "Zammad",
    trigger_tag: Annotated[str, typer.Option(help="The tag that asks for the archive.")] = "pdf:sign",
    ca_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="PEM: only these authorities are trusted for it.")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Connect a Zammad; the token is tried first. Prints the webhook's address and its secret, once."""
    import json

    from waypost.cli.archive_sourcing import SourceAsked, connect_source
    from waypost.cli.opening import in_house

    token = token_file.read_text(encoding="utf-8").strip()
    ca = ca_file.read_text(encoding="ascii") if ca_file else None
    made = in_house(data, connect_source(org, SourceAsked(name, url, token, trigger_tag, ca)))
    if as_json:
        return typer.echo(json.dumps(made))
    typer.echo(f"{name} is connected ({made['key']}). In Zammad, make a webhook:")
    typer.echo(f"  address  {made['webhook_url']}\n  secret   {made['webhook_secret']}  (shown this once)")


@source.command("list")
def list_(org: Org, data: Data = None, as_json: Json = False) -> None:
    """The sources of an organisation and how they are doing."""
    import json

    from waypost.cli.archive_sourcing import all_sources
    from waypost.cli.opening import in_house

    found = in_house(data, all_sources(org))
    if as_json:
        return typer.echo(json.dumps(found))
    for one in found:
        typer.echo(f"{one['key']:40} {one['condition']:10} {one['base_url']}")
    if not found:
        typer.echo("There are no sources.")


@source.command()
def test(org: Org, key: Key, data: Data = None, as_json: Json = False) -> None:
    """Look at a source in stages: address, TLS, login, permissions, tags, version, fields. Exit code 1: not ready."""
    import json

    from waypost.cli.archive_sourcing import test_source
    from waypost.cli.opening import in_house

    looked = in_house(data, test_source(org, key))
    if as_json:
        typer.echo(json.dumps(looked))
    else:
        for stage in looked["stages"]:
            verdict = {True: "yes", False: "NO", None: "?"}[stage["ok"]]
            typer.echo(f"{stage['stage']:12} {verdict:4} {stage['detail']}".rstrip())
    raise typer.Exit(0 if looked["ready"] else 1)


@source.command("rotate-secret")
def rotate_secret(
    org: Org,
    key: Key,
    finish: Annotated[bool, typer.Option("--finish", help="The former secret counts no more.")] = False,
    data: Data = None,
) -> None:
    """A new secret for the webhook, printed once; the one before still counts until --finish."""
    from waypost.cli.archive_sourcing import change_secret, finish_secret
    from waypost.cli.opening import in_house

    if finish:
        in_house(data, finish_secret(org, key))
        return typer.echo("Only the present secret counts from now on.")
    typer.echo(in_house(data, change_secret(org, key)))
