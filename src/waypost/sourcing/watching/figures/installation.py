"""Sourcing for Prometheus, asked of the database when it is asked for; no organisation, no source in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

import psycopg
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from waypost.platform.clock import Clock
from waypost.platform.observe.logs import line

ASK = "select * from installation_sourcing_figures(%s)"
FRESH_SECONDS = 5.0
FAMILIES = {
    "pending": ("waypost_sourcing_runs_pending", "Runs that wait for a scraper"),
    "running": ("waypost_sourcing_runs_running", "Runs that a scraper works on"),
    "silent": ("waypost_sourcing_runs_silent", "Running runs that were not heard of for two minutes"),
    "completed": ("waypost_sourcing_runs_completed_24h", "Fresh runs of the last day that completed"),
    "failed": ("waypost_sourcing_runs_failed_24h", "Fresh runs of the last day that failed"),
    "retries_completed": ("waypost_sourcing_retries_completed_24h", "Retries of the last day that completed"),
    "retries_failed": ("waypost_sourcing_retries_failed_24h", "Retries of the last day that failed"),
    "ends": ("waypost_sourcing_ends_24h", "Ends of runs that scrapers reported within a day"),
    "ends_failed": ("waypost_sourcing_ends_failed_24h", "Those of them that say FAILED"),
    "deliveries": ("waypost_sourcing_deliveries_24h", "Callbacks that were proven within a day"),
    "deliveries_rejected": ("waypost_sourcing_deliveries_rejected_24h", "Those of them that were refused"),
    "dead": ("waypost_sourcing_dead_letters", "Callbacks that wait in a spool for somebody"),
    "oldest": ("waypost_sourcing_dead_letter_age_seconds", "How long the oldest of them has been waiting"),
    "firing": ("waypost_sourcing_alerts_firing", "Rules that fire inside the application"),
}
"""By the function's column. Days are counted by whole hours, a minute behind."""

_log = line("waypost.figures")


@dataclass(slots=True, eq=False)
class SourcingFigures(Collector):
    """Answers from memory for five seconds; while the database is away these figures are missing, not zero."""

    dsn: str
    clock: Clock
    _last: Any = None
    _asked: float = field(default=float("-inf"))

    def collect(self) -> Iterator[Metric]:
        """The families; called in a thread."""
        row = self._row()
        if row is not None:
            for column, (name, says) in FAMILIES.items():
                yield GaugeMetricFamily(name, says, value=getattr(row, column) or 0)

    def describe(self) -> Iterator[Metric]:
        """Nothing is asked merely to be registered."""
        return iter(())

    def _row(self) -> Any:
        if monotonic() - self._asked >= FRESH_SECONDS:
            self._asked, self._last = monotonic(), _ask(self.dsn, self.clock())
        return self._last


def _ask(dsn: str, moment: datetime) -> Any:
    try:
        with psycopg.connect(dsn, connect_timeout=3, row_factory=psycopg.rows.namedtuple_row) as connection:
            return connection.execute(ASK, [moment]).fetchone()
    except psycopg.Error as error:
        _log.warning("figures.not_asked", error=type(error).__name__)
        return None
