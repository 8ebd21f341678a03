"""`waypost up`: everything in one tree of processes."""

import typer

from waypost.cli.options import HOST, PORT, Data, Host, Port


def up(host: Host = HOST, port: Port = PORT, data: Data = None) -> None:
    """Start everything; Ctrl-C stops it.

    The database is brought up to date first; then the web process and the worker run until they are asked to stop,
    and are started again when they die.
    """
    from waypost.cli.listening import free_port
    from waypost.cli.tree import Tree, parts_of

    tree = Tree(typer.echo, lambda line: typer.echo(line, err=True))
    chosen = free_port(host, port)
    typer.echo("Looking after the database …")
    code = tree.first(["migrate", *folder(data)])
    if code == 0:
        code = tree.grow(parts_of(host, chosen, folder(data)), (host, chosen))
    raise typer.Exit(code)


def folder(data: object) -> list[str]:
    """The data folder as a child is told of it."""
    return [] if data is None else ["--data", str(data)]
