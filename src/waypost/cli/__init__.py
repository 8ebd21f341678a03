"""The command line. Each command imports what it needs when it runs, so that `--help` answers at once."""

import sys


def run() -> None:
    """The console script `waypost`: 0 done, 1 failed or unhealthy, 2 wrong usage or refused."""
    from waypost.cli.app import app

    try:
        app(prog_name="waypost")
    except Exception as error:
        from waypost.cli.failing import told

        sys.exit(told(error))
