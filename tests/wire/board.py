"""The sample board with faults: says no, asks for rest, is slow, moves pages. `python -m tests.wire.board` serves it.

Everything that was asked stands in its log with its time, so that manners are measured where they count.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from demo.board.positions import positions
from demo.board.server import Asked, Server
from demo.board.site import ROBOTS, Answer, Site
from demo.board.terms import RECIPE
from waypost.sourcing.wire.task import Budget, SourceTerms, Task

CHALLENGE = (
    b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
)


@dataclass(slots=True)
class Trouble:
    """What happens to paths that begin so, the next `times` times (None: always)."""

    path: str
    answer: Answer = field(default_factory=Answer)
    times: int | None = None
    seconds: float = 0.0
    """Waits that long before it answers; with the site's own answer where `through` is set."""
    through: bool = False


class Board(Server):
    """`troubles` may change while it serves; the first that fits counts."""

    def __init__(self, count: int = 60, per_page: int = 20, robots: str | None = ROBOTS, port: int = 0) -> None:
        super().__init__(Site(positions(count), per_page, robots), port)
        self.troubles: list[Trouble] = []
        self.answering = self._troubled

    def __enter__(self) -> "Board":
        self.start()
        return self

    def trouble(self, path: str, status: int = 200, body: bytes = b"", **more: Any) -> Trouble:
        """Something goes wrong from now on. `headers`, `kind`, `times`, `seconds`, `through` as above."""
        headers, kind = more.pop("headers", {}), more.pop("kind", "text/html; charset=utf-8")
        made = Trouble(path, Answer(status, body, kind, headers), **more)
        self.troubles.append(made)
        return made

    def _troubled(self, asked: Asked) -> Answer:
        for one in self.troubles:
            if asked.path.startswith(one.path) and one.times != 0:
                one.times = None if one.times is None else one.times - 1
                time.sleep(one.seconds)
                return self.site.answer(asked.path, asked.query) if one.through else one.answer
        return self.site.answer(asked.path, asked.query)

    def paths(self) -> list[str]:
        """What was asked for, in order, robots.txt left out."""
        return [one.path for one in self.log if one.path != "/robots.txt"]

    def gaps(self) -> list[float]:
        """Seconds between each request and the one before it."""
        times = [one.at for one in self.log]
        return [after - before for before, after in pairwise(times)]

    def terms(self, adapter: str = "recipe", recipe: dict[str, Any] | None = None, **more: Any) -> SourceTerms:
        """As a source would say them."""
        told = RECIPE if recipe is None else recipe
        return SourceTerms(key="marigold", adapter=adapter, recipe=told, hosts=(self.host,), **more)

    def task(self, *, limit: int = 20, path: str = "/jobs", budgets: tuple[Budget, ...] = (), **more: Any) -> Task:
        """A run of this board."""
        terms = more.pop("terms", None) or self.terms()
        told = {"listing_url": self.base + path, "limit": limit, "budgets": budgets, "task_timeout_ms": 60_000, **more}
        return Task(source=terms.key, terms=terms, **told)


def _served() -> None:
    reading = argparse.ArgumentParser(prog="python -m tests.wire.board", description=__doc__)
    reading.add_argument("--port", type=int, default=0)
    reading.add_argument("--count", type=int, default=60, help="positions offered")
    reading.add_argument("--per-page", type=int, default=20)
    given = reading.parse_args()
    with Board(given.count, given.per_page, port=given.port) as board:
        sys.stdout.write(f"{board.base}/jobs\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3_600)
        except KeyboardInterrupt:
            sys.stdout.write("\n")


if __name__ == "__main__":
    _served()
