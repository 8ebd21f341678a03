"""The sample board as the smoke test serves it: on loopback, and slow when it is told to be."""

import importlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import waypost
from waypost.platform.errors import Conflict

CHECKOUT = Path(waypost.__file__).parents[2]
HELD_SECONDS = 0.05


class NoSampleBoard(Conflict):
    """The sample board comes with the source code only: run the smoke test from a checkout of Waypost."""


@dataclass(slots=True)
class Board:
    """A running board. While it is held, pages of positions are not answered."""

    server: Any
    recipe: dict[str, Any]
    held: bool = False

    @property
    def listing(self) -> str:
        """Where its positions are listed."""
        return f"{self.server.base}/jobs"

    def answer(self, asked: Any) -> Any:
        """What the site says, once it may."""
        while self.held and asked.path != "/robots.txt":
            time.sleep(HELD_SECONDS)
        return self.server.site.answer(asked.path, asked.query)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Nothing is answered for as long as the block lasts."""
        self.held = True
        try:
            yield
        finally:
            self.held = False


@contextmanager
def open_board(port: int = 0) -> Iterator[Board]:
    """Serve it for as long as the block lasts; port 0 is any. Refuses outside a checkout (`NoSampleBoard`)."""
    server = _part("server").Server(port=port)
    board = Board(server, recipe())
    server.answering = board.answer
    with server:
        yield board
        board.held = False


def recipe() -> dict[str, Any]:
    """How it is read."""
    read: dict[str, Any] = _part("terms").RECIPE
    return read


def _part(name: str) -> ModuleType:
    """The board lies beside `src` and in no package."""
    if not (CHECKOUT / "demo" / "board" / "server.py").is_file():
        raise NoSampleBoard
    if str(CHECKOUT) not in sys.path:
        sys.path.append(str(CHECKOUT))
    return importlib.import_module(f"demo.board.{name}")
