"""`waypost person`: what only the operator does for somebody, whatever organisations they belong to."""

from typing import Annotated

import typer

from waypost.cli.options import Data

person = typer.Typer(name="person", help="People: a new password, a lost phone, a shut account.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")]


@person.command()
def password(email: Email, data: Data = None) -> None:
    """Print a password for one sign-in, at which a new one is chosen; the old one and all sessions end."""
    from waypost.cli.opening import in_house
    from waypost.cli.people import new_password

    typer.echo(f"{email} signs in once with: {in_house(data, new_password(email))}")


@person.command("second-factor")
def second_factor(email: Email, data: Data = None) -> None:
    """Take somebody's second factor away, after phone and recovery codes were lost."""
    from waypost.cli.opening import in_house
    from waypost.cli.people import without_second_factor

    in_house(data, without_second_factor(email))
    typer.echo(f"{email} signs in without a second factor until they set one up.")


@person.command()
def disable(email: Email, data: Data = None) -> None:
    """Shut an account everywhere; its sessions are refused from now on."""
    from waypost.cli.opening import in_house
    from waypost.cli.people import set_disabled

    in_house(data, set_disabled(email, True))
    typer.echo(f"{email} is shut out.")


@person.command()
def enable(email: Email, data: Data = None) -> None:
    """Let an account in again."""
    from waypost.cli.opening import in_house
    from waypost.cli.people import set_disabled

    in_house(data, set_disabled(email, False))
    typer.echo(f"{email} may sign in again.")
