"""`waypost org`: organisations and their first person."""

from typing import Annotated

import typer

from waypost.cli.options import Data, Json

org = typer.Typer(name="org", help="Organisations: make one with its owner, list all.", no_args_is_help=True)


@org.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the organisation is called.")],
    owner: Annotated[str, typer.Option(metavar="EMAIL", help="The address its owner signs in with.")],
    zone: Annotated[str, typer.Option(help="Its time zone, such as Europe/Berlin.")] = "UTC",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make an organisation and its owner, and print the password for the owner's first sign-in."""
    from waypost.cli.opening import in_house
    from waypost.cli.organisations import create_organisation
    from waypost.platform.identity.organisation.zones import checked_zone

    made = in_house(data, create_organisation(name, owner, checked_zone(zone)))
    if as_json:
        return typer.echo(made.as_json())
    typer.echo(f"{name} exists now ({made.org_id}). {owner} signs in", nl=False)
    typer.echo(f" once with: {made.password}" if made.password else " with the password they have.")


@org.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """All organisations of this installation."""
    import json

    from waypost.cli.opening import in_house
    from waypost.cli.organisations import all_organisations

    found = in_house(data, all_organisations)
    if as_json:
        return typer.echo(json.dumps([{"id": str(one.id), "name": one.name, "zone": one.zone} for one in found]))
    for one in found:
        typer.echo(f"{one.id}  {one.name}  ({one.zone})")


@org.command()
def operator(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")],
    off: Annotated[bool, typer.Option("--off", help="They are no longer one.")] = False,
    data: Data = None,
) -> None:
    """Let somebody see the figures of the whole installation; nothing but this command can."""
    from waypost.cli.opening import in_house
    from waypost.cli.people import set_operator

    in_house(data, set_operator(email, not off))
    typer.echo(f"{email} is {'no longer' if off else 'now'} an operator of this installation.")
