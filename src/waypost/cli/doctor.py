"""`waypost doctor`: is this installation well?"""

from typing import Annotated

import typer

from waypost.cli.options import Data, Json


def doctor(
    data: Data = None,
    as_json: Json = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as wrong, too.")] = False,
) -> None:
    """Is this installation well? Exit code 1 if not.

    A worker that is not running is a warning only (a host may run none), one that hangs is wrong. Nothing is changed
    but a probe file in the storage, which is removed again.
    """
    import json

    from waypost.cli.examining import examine
    from waypost.cli.findings import Verdict
    from waypost.settings import load

    findings = examine(load(data))
    bad = (Verdict.WRONG, Verdict.WARNING) if strict else (Verdict.WRONG,)
    is_well = not any(one.verdict in bad for one in findings)
    if as_json:
        typer.echo(json.dumps({"ok": is_well, "checks": [one.as_dict() for one in findings]}))
    else:
        typer.echo("\n".join(line for one in findings for line in one.lines()))
    raise typer.Exit(0 if is_well else 1)
