"""`waypost org`: organisations and their first person."""

from typing import Annotated

import typer

from waypost.cli.options import Data, Json

org = typer.Typer(
    name="org", help="Organisations: make one with its owner, list all, remove one.", no_args_is_help=True
)


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


@org.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The organisation, by name or id.")],
    typed: Annotated[str, typer.Option(metavar="NAME", help="Its name once more, letter by letter: remove it.")] = "",
    with_records: Annotated[
        bool, typer.Option("--with-records", help="Archived records and their files, too.")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Remove an organisation with everything in it. Without --typed it is only said what would go."""
    import json

    from waypost.cli.opening import in_house
    from waypost.cli.removing import looked_at, removed

    if not typed:
        found = in_house(data, looked_at(name))
        if as_json:
            return typer.echo(json.dumps(found.as_dict()))
        typer.echo(
            f"{found.name} ({found.org}): {found.rows} rows, {found.blobs} files of {found.size} bytes", nl=False
        )
        typer.echo(f" in the store, {found.records} archived records. Nothing was removed.")
        return typer.echo("It cannot be brought back. To remove it, give the command again with --typed and its name.")
    gone = in_house(data, removed(name, typed, with_records=with_records))
    if as_json:
        return typer.echo(json.dumps(gone))
    said = f"{gone['rows']} rows, {gone['blobs']} files in the store, {gone['files']} in the archive's tree"
    typer.echo(f"Removed: {said}, {gone['people']} people who belonged nowhere else.")


@org.command("removals")
def removals_(data: Data = None, as_json: Json = False) -> None:
    """Organisations that were removed from this installation, and how much of them."""
    import json

    from waypost.cli.opening import in_house
    from waypost.cli.removing import removals

    found = in_house(data, removals)
    if as_json:
        return typer.echo(json.dumps(found))
    for one in found:
        state = f"removed {one['ended_at']}" if one["ended_at"] else "broke off: give the command again"
        typer.echo(f"{one['id']}  {one['name']}  {state}")
