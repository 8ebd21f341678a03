"""`waypost migrate`: the database as this version needs it."""

import typer

from waypost.cli.options import Data


def migrate(data: Data = None) -> None:
    """Bring the database up to date.

    It is done as the owner: DATABASE_ADMIN_URL, or the embedded server.

    Where that login may not make the roles, the SQL that a superuser must run is printed instead.
    """
    from waypost.cli.leash import on_leash
    from waypost.cli.schema import RightsMissing, bring_up
    from waypost.database import database
    from waypost.settings import load

    on_leash()
    settings = load(data)
    with database(settings) as found:
        try:
            reached = bring_up(settings, found, lambda line: typer.echo(f"{line} …"))
        except RightsMissing as missing:
            typer.echo("\n".join(missing.statements))
            raise
    typer.echo(f"The database is up to date ({reached}).")
