"""`waypost archive`: what operators do with evidence from the command line; each command is a file of its own."""

import typer

from waypost.cli.archive_config import dump_config, show_deprecated, validate_config

archive = typer.Typer(name="archive", help="Evidence: verify a file, explain, repair.", no_args_is_help=True)


@archive.callback()
def _group() -> None:
    """Evidence: verify a file, explain, repair."""


archive.command("validate-config")(validate_config)
archive.command("dump-config")(dump_config)
archive.command("show-deprecated")(show_deprecated)
