"""The progress of an import on a terminal; nothing where there is none."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from waypost.cli.import_counts import Become
from waypost.ticketing.mailboxes.bring_in import Tally


class Progress:
    """Two bars: bytes brought in, and copies that have come to their end."""

    def __init__(self, total_bytes: int) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description:24}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._bars = Bars(*columns, console=console, disable=not console.is_terminal)
        self._bringing = self._bars.add_task("Bringing mail in", total=total_bytes)
        self._reading = self._bars.add_task("Making tickets", total=None, visible=False)
        self._total_bytes, self._new = total_bytes, 0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def brought(self, tally: Tally) -> None:
        """After each batch."""
        self._new = tally.new
        self._bars.update(self._bringing, completed=min(tally.bytes, self._total_bytes))

    def became(self, become: Become) -> None:
        """While waiting."""
        done = self._new - become.waiting
        self._bars.update(self._bringing, completed=self._total_bytes)
        self._bars.update(self._reading, total=self._new, completed=done, visible=True)
