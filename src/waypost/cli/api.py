"""`waypost api`: the web process."""

import typer

from waypost.cli.options import Data, Host, Port


def api(host: Host = None, port: Port = None, data: Data = None) -> None:
    """Serve pages and programs (a part of up)."""
    from waypost.cli.leash import on_leash
    from waypost.cli.listening import listener
    from waypost.cli.process import process
    from waypost.cli.where import where

    leashed = on_leash()
    address, wanted = where(host, port, data)
    with listener(address, wanted) as socket, process(data) as settings:
        from waypost.cli.serving import serve_web

        if not serve_web(settings, socket, address, leashed=leashed):
            raise typer.Exit(1)
