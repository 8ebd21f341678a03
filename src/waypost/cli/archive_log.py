"""`waypost archive log`: the log of evidence from the command line."""

from pathlib import Path
from typing import Annotated

import typer

from waypost.cli.options import Data, Json, Org

log = typer.Typer(name="log", help="The log of evidence: check it, sign a checkpoint, take out a proof.")


@log.command()
def check(org: Org, data: Data = None, as_json: Json = False) -> None:
    """Compute every entry anew and compare with the outside: PASS (exit 0) or FAIL (exit 1), then the findings."""
    import json

    from waypost.cli.archive_logging import checked
    from waypost.cli.opening import in_house

    found = in_house(data, checked(org))
    if as_json:
        typer.echo(json.dumps(found))
    else:
        typer.echo("FAIL" if found["doubt"] or found["findings"] else "PASS")
        typer.echo(f"{found['log']}: {found['size']} entries, checkpoint over {found['signed']}.")
        for one in ([{"what": found["doubt"], "where": "outside"}] if found["doubt"] else []) + found["findings"]:
            typer.echo(f"  {one['what']:20} {one['where']}")
    raise typer.Exit(1 if found["doubt"] or found["findings"] else 0)


@log.command()
def checkpoint(
    org: Org,
    begin_anew: Annotated[
        bool,
        typer.Option(
            "--begin-anew",
            help="After a restored backup: lay aside what stands outside, sign the log as it is. It is audited.",
        ),
    ] = False,
    data: Data = None,
) -> None:
    """Sign a checkpoint now and print the newest one; exit 1 where the log is in doubt."""
    from waypost.cli.archive_logging import signed
    from waypost.cli.opening import in_house

    found = in_house(data, signed(org, begin_anew=begin_anew))
    if found.doubt is not None:
        typer.echo(f"Nothing is signed: {found.doubt.value}. docs/runbook_incidents.md says what to do.", err=True)
    elif found.signed is None:
        typer.echo("The log is empty.")
    else:
        typer.echo(found.signed.note, nl=False)
    raise typer.Exit(1 if found.doubt else 0)


@log.command()
def proof(
    position: Annotated[int, typer.Argument(min=0, help="The entry's position; a sidecar names it.")],
    org: Org,
    size: Annotated[int | None, typer.Option(min=1, help="Under the checkpoint of this size.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write it there, as FILE.pdf.proof.json.")] = None,
    data: Data = None,
) -> None:
    """The proof of one entry as JSON: what the offline verifier and an auditor need."""
    import json

    from waypost.cli.archive_logging import proven
    from waypost.cli.opening import in_house

    text = json.dumps(in_house(data, proven(org, position, size)), indent=2, sort_keys=True) + "\n"
    if out is None:
        return typer.echo(text, nl=False)
    out.write_text(text, encoding="utf-8")


@log.command()
def keys(org: Org, data: Data = None) -> None:
    """The keys to verify checkpoints with, the present one first: publish them, the offline verifier takes them."""
    from waypost.cli.archive_logging import published
    from waypost.cli.opening import in_house

    typer.echo("\n".join(in_house(data, published(org))))
