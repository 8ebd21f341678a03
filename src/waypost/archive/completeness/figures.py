"""Evidence and completeness for Prometheus, asked of the database when it is asked for; no organisation in them."""

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

ASK = "select * from installation_archive_figures(%s)"
FRESH_SECONDS = 5.0
FAMILIES = {
    "doubtful": ("waypost_evidence_doubtful_logs", "Logs that do not agree with the checkpoints kept outside"),
    "changed": ("waypost_evidence_changed_logs", "Logs in which entries, proofs or rows were found changed or missing"),
    "waiting": ("waypost_evidence_unproven_age_seconds", "How long the oldest entry waits for an authority's time"),
    "compared": ("waypost_evidence_compared_age_seconds", "Since the log that waits longest was compared"),
    "unarchived": ("waypost_archive_unarchived", "Cases closed for half an hour with neither record nor exemption"),
    "oldest": ("waypost_archive_unarchived_age_seconds", "Since the oldest of them was closed"),
    "damaged": ("waypost_archive_damaged_records", "Records that are not as they were kept"),
    "low": ("waypost_archive_low_versions", "Versions below the level that is wanted for more than a day"),
    "neglected": ("waypost_archive_verified_age_seconds", "Since the version that waits longest was looked at"),
}
"""By the function's column."""

_log = line("waypost.figures")


@dataclass(slots=True, eq=False)
class ArchiveFigures(Collector):
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
