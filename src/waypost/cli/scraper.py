"""`waypost scraper`: the process that fetches. It has settings of its own and no way to the database."""

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Folder of its queue, of reports that wait and of pages. Default: WORKER_OUTPUT_DIR, else data.",
    ),
]


def scraper(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on. Default: WORKER_HOST, else 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="Port to listen on. Default: PORT, WORKER_PORT, else 4001.")
    ] = None,
    data: Folder = None,
) -> None:
    """Fetch what the API asks for, and report to it (also a part of demo and of up --with-scraper).

    Ctrl-C lets running tasks end; a second one stops at once. Nothing is lost either way.
    """
    from waypost.cli.leash import on_leash
    from waypost.cli.listening import listener
    from waypost.platform.observe import logs
    from waypost.sourcing.scraper.settings import load

    on_leash()
    settings = load(data, host, port)
    logs.configure(settings.worker_log_level, settings.form)
    with listener(settings.worker_host, settings.worker_port) as socket:
        from waypost.cli.looping import in_loop
        from waypost.sourcing.scraper.hiring import hire
        from waypost.sourcing.scraper.serving import check, serve

        check(settings)
        if not in_loop(serve(settings, socket, hire)):
            raise typer.Exit(1)
