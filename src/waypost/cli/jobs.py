"""`waypost jobs`: the queue as an operator sees it."""

from typing import Annotated
from uuid import UUID

import typer

from waypost.cli.options import Data, Json, Org

jobs = typer.Typer(name="jobs", help="The queue: what waits, what died, try again.", no_args_is_help=True)
Queue = Annotated[str, typer.Argument(metavar="QUEUE", help="As `waypost jobs list` names it.")]
Job = Annotated[UUID, typer.Argument(metavar="ID", help="The job's id.")]


@jobs.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """How many jobs each queue holds, by state, in the whole installation."""
    import json

    from waypost.cli.opening import in_house
    from waypost.cli.queue import counts

    found = in_house(data, counts)
    if as_json:
        return typer.echo(json.dumps([one.as_dict() for one in found]))
    for one in found:
        typer.echo(f"{one.queue:12} {one.status:10} {one.count:>8}")
    if not found:
        typer.echo("There are no jobs.")


@jobs.command()
def dead(org: Org, data: Data = None, as_json: Json = False) -> None:
    """Jobs that were given up, the last one first; at most 100."""
    import json

    from waypost.cli.opening import in_house
    from waypost.cli.queue import dead_letters

    found = in_house(data, dead_letters(org))
    if as_json:
        return typer.echo(json.dumps(found))
    for one in found:
        typer.echo(f"{one['id']}  {one['updated_at']}  {one['type']}  {one['last_error']}")
    if not found:
        typer.echo("There are no dead letters.")


@jobs.command()
def show(job: Job, org: Org, data: Data = None, as_json: Json = False) -> None:
    """One job with its attempts."""
    import json

    from waypost.cli.opening import in_house
    from waypost.cli.queue import job_shown

    found = in_house(data, job_shown(org, job))
    if as_json:
        return typer.echo(json.dumps(found))
    attempts = found.pop("attempts_made")
    for name, value in found.items():
        typer.echo(f"{name:12} {value}")
    for one in attempts:
        typer.echo(f"  attempt {one['attempt']}, {one['ended_at']}: {one['outcome']}, {one['error']}")


@jobs.command()
def replay(job: Job, org: Org, data: Data = None) -> None:
    """Put a dead job back into its queue with a fresh budget of attempts."""
    from waypost.cli.opening import in_house
    from waypost.cli.queue import replayed

    in_house(data, replayed(org, job))
    typer.echo(f"{job} waits in its queue again.")


@jobs.command()
def pause(queue: Queue, org: Org, data: Data = None) -> None:
    """Take nothing more from a queue, in the whole installation; running jobs end. Noted in ORG's audit log."""
    _set_paused(data, org, queue, paused=True)
    typer.echo(f"The queue {queue} rests; its jobs wait.")


@jobs.command()
def resume(queue: Queue, org: Org, data: Data = None) -> None:
    """Let a paused queue go on. Noted in ORG's audit log."""
    _set_paused(data, org, queue, paused=False)
    typer.echo(f"The queue {queue} goes on.")


def _set_paused(data: Data, org: str, queue: str, *, paused: bool) -> None:
    from waypost.cli.opening import in_house
    from waypost.cli.queue import set_paused

    in_house(data, set_paused(org, queue, paused=paused))
