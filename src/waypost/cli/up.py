"""`waypost up`: everything in one tree of processes."""

from pathlib import Path
from typing import Annotated

import typer

from waypost.cli.options import Data, Host, Port


def up(
    host: Host = None,
    port: Port = None,
    data: Data = None,
    with_scraper: Annotated[
        bool, typer.Option("--with-scraper", help="Also a scraper on this machine, with secrets made for it.")
    ] = False,
) -> None:
    """Start everything; Ctrl-C stops it.

    The database is brought up to date first; then the web process and the worker run until they are asked to stop,
    and are started again when they die.
    """
    from waypost.cli.listening import free_port
    from waypost.cli.planting import plant
    from waypost.cli.where import where

    address, wanted = where(host, port, data)
    chosen = free_port(address, wanted)
    plant(address, chosen, data, first=["migrate"], scraper=_scraper(data, address, chosen) if with_scraper else None)


def _scraper(data: Path | None, host: str, port: int) -> int:
    from waypost.cli.lending import lend_scraper
    from waypost.platform.postgres.data_folder import prepare_data_folder
    from waypost.settings import load

    folder = load(data).data
    prepare_data_folder(folder)
    return lend_scraper(folder, (host, port))
