"""Figures of the whole installation for Prometheus: one row of one function, asked for when somebody asks for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, ClassVar

import psycopg
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from waypost.platform.clock import Clock
from waypost.platform.observe.logs import line

FRESH_SECONDS = 5.0

_log = line("waypost.figures")


@dataclass(slots=True, eq=False)
class Figures(Collector):
    """Answers from memory for five seconds; while the database is away these figures are missing, not zero.

    `ASK` is a statement with one parameter, the moment. `GAUGES` says of a column of its row what it is called and what
    it means; where that is not enough, a subclass draws the row itself.
    """

    ASK: ClassVar[str]
    GAUGES: ClassVar[Mapping[str, tuple[str, str]]] = {}
    dsn: str
    clock: Clock
    _last: Any = None
    _asked: float = field(default=float("-inf"))

    def families(self, row: Any) -> Iterator[Metric]:
        """The row as metrics."""
        for column, (name, says) in self.GAUGES.items():
            yield gauge(name, says, getattr(row, column) or 0)

    def collect(self) -> Iterator[Metric]:
        """The families; called in a thread."""
        row = self._row()
        if row is not None:
            yield from self.families(row)

    def describe(self) -> Iterator[Metric]:
        """Nothing is asked merely to be registered."""
        return iter(())

    def _row(self) -> Any:
        if monotonic() - self._asked >= FRESH_SECONDS:
            self._asked, self._last = monotonic(), _ask(self.dsn, self.ASK, self.clock())
        return self._last


def gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    """One figure without labels."""
    return GaugeMetricFamily(name, says, value=value)


def _ask(dsn: str, statement: str, moment: datetime) -> Any:
    try:
        with psycopg.connect(dsn, connect_timeout=3, row_factory=psycopg.rows.namedtuple_row) as connection:
            return connection.execute(statement.encode(), [moment]).fetchone()
    except psycopg.Error as error:
        _log.warning("figures.not_asked", error=type(error).__name__)
        return None
