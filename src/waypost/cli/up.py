"""`waypost up`: everything in one tree of processes."""

from waypost.cli.options import Data, Host, Port


def up(host: Host = None, port: Port = None, data: Data = None) -> None:
    """Start everything; Ctrl-C stops it.

    The database is brought up to date first; then the web process and the worker run until they are asked to stop,
    and are started again when they die.
    """
    from waypost.cli.listening import free_port
    from waypost.cli.planting import plant
    from waypost.cli.where import where

    address, wanted = where(host, port, data)
    plant(address, free_port(address, wanted), data, first=["migrate"])
