"""`waypost archive explain`, `repair`, and the documented commands about the queue."""

from typing import Annotated

import typer

from waypost.cli.options import Data, Json

Org = Annotated[
    str, typer.Option("--org", metavar="NAME", envvar="WAYPOST_DEFAULT_ORG", help="The organisation's name.")
]
Ticket = Annotated[str, typer.Argument(metavar="TICKET", help="The ticket's id in Zammad.")]
Source = Annotated[str, typer.Option("--source", metavar="KEY", help="The source; default: the environment's.")]
Limit = Annotated[int, typer.Option("--limit", help="At most so many.")]


def explain(ticket: Ticket, org: Org = "Default", source: Source = "default", data: Data = None) -> None:
    """Why a ticket is, or is not, archived, and what to do about it; from our own rows, nobody is asked."""
    from waypost.cli.archive_requesting import explanation
    from waypost.cli.opening import in_house

    for sentence in in_house(data, explanation(org, source, ticket)):
        typer.echo(sentence)


def repair(
    ticket: Annotated[str | None, typer.Argument(metavar="[TICKET]", help="One ticket; all without it.")] = None,
    org: Org = "Default",
    source: Source = "default",
    data: Data = None,
) -> None:
    """Compare requests and records with tags: adopt a stale pdf:processing, tell an origin what it did not hear."""
    from waypost.cli.archive_requesting import repaired
    from waypost.cli.opening import in_house

    done = in_house(data, repaired(org, source, ticket))
    for one in done:
        typer.echo(f"{one.ref}: {one.did}")
    if not done:
        typer.echo("Nothing to repair.")


def queue_stats(org: Org = "Default", data: Data = None) -> None:
    """The queue in figures, as JSON."""
    import json

    from waypost.cli.archive_requesting import stats
    from waypost.cli.opening import in_house

    typer.echo(json.dumps(in_house(data, stats(org))))


def queue_drain_dlq(org: Org = "Default", source: Source = "default", limit: Limit = 100, data: Data = None) -> None:
    """Queue dead letters again, the oldest first."""
    from waypost.cli.archive_requesting import drained
    from waypost.cli.opening import in_house

    typer.echo(f'{{"status": "ok", "drained": {in_house(data, drained(org, source, limit))}}}')


def queue_history(
    org: Org = "Default",
    source: Source = "default",
    limit: Limit = 100,
    ticket_id: Annotated[str | None, typer.Option("--ticket-id", help="Of one ticket only.")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """What came to its end, the latest first."""
    import json

    from waypost.cli.archive_requesting import history
    from waypost.cli.opening import in_house

    found = in_house(data, history(org, source, limit, ticket_id))
    if as_json:
        return typer.echo(json.dumps(found))
    for one in found["items"]:
        typer.echo(f"{one['ticket_id']}  {one['status']}  {one['message']}")
    if not found["items"]:
        typer.echo("Nothing has come to its end yet.")
