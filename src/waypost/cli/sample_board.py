"""The sample company's job board: served on this machine, and read by the demo's own scraper."""

import signal
import threading
from typing import Annotated

import typer

NAME, HOST, PORT = "Marigold Jobs", "127.0.0.1", 4080
WHERE = "SAMPLE_BOARD"
"""Environment: where the board will listen, told by `demo` to the process that fills the sample company."""


def sample_board(port: Annotated[int, typer.Option(min=1, max=65_535)] = PORT) -> None:
    """Serve the sample board until asked to stop."""
    from waypost.cli.leash import on_leash
    from waypost.cli.smoking.board import open_board

    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    on_leash()
    with open_board(port):
        asked.wait()
