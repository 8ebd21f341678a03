"""`waypost api`: the web process."""

import typer

from waypost.cli.options import HOST, PORT, Data, Host, Port


def api(host: Host = HOST, port: Port = PORT, data: Data = None) -> None:
    """Serve pages and programs (a part of up)."""
    from waypost.cli.leash import on_leash
    from waypost.cli.listening import listener
    from waypost.cli.process import process

    leashed = on_leash()
    with listener(host, port) as socket, process(data) as settings:
        from waypost.cli.serving import serve_web

        if not serve_web(settings, socket, host, leashed=leashed):
            raise typer.Exit(1)
