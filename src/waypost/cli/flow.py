"""`waypost flow`: which facts lead to which jobs, read from the code itself."""

from typing import Annotated

import typer


def flow(mermaid: Annotated[bool, typer.Option("--mermaid", help="As a Mermaid diagram.")] = False) -> None:
    """Print which jobs follow from which facts.

    Each fact with the feature that tells it and the jobs that follow, then the jobs of the clock.
    """
    from waypost.cli.flows import as_mermaid, as_tree, flows

    typer.echo(as_mermaid(flows()) if mermaid else as_tree(flows()))
