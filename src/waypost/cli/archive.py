"""`waypost archive`: what operators do with evidence from the command line; each command is a file of its own."""

import typer

from waypost.cli.archive_config import dump_config, show_deprecated, validate_config
from waypost.cli.archive_log import log
from waypost.cli.archive_requests import explain, queue_drain_dlq, queue_history, queue_stats, repair
from waypost.cli.archive_sources import source
from waypost.cli.archive_tree import import_tree, prepare, sweep
from waypost.cli.archive_verify import verify

archive = typer.Typer(name="archive", help="Evidence: verify a file, explain, repair.", no_args_is_help=True)


@archive.callback()
def _group() -> None:
    """Evidence: verify a file, explain, repair."""


archive.command("validate-config")(validate_config)
archive.command("dump-config")(dump_config)
archive.command("show-deprecated")(show_deprecated)
archive.command()(verify)
archive.add_typer(log)
archive.command("import-tree")(import_tree)
archive.command()(prepare)
archive.command()(sweep)
archive.add_typer(source)
archive.command()(explain)
archive.command()(repair)
archive.command("queue-stats")(queue_stats)
archive.command("queue-drain-dlq")(queue_drain_dlq)
archive.command("queue-history")(queue_history)
