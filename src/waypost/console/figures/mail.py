"""Mail for Prometheus, asked of the database when it is asked for: lag, conditions, quarantine, what waits to leave."""

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

ASK = "select * from installation_mail_figures(%s)"
FRESH_SECONDS = 5.0
CONDITIONS = ("connected", "degraded", "paused", "disabled")

_log = line("waypost.figures")


@dataclass(slots=True, eq=False)
class MailFigures(Collector):
    """Answers from memory for five seconds; while the database is away these figures are missing, not zero."""

    dsn: str
    clock: Clock
    _last: Any = None
    _asked: float = field(default=float("-inf"))

    def collect(self) -> Iterator[Metric]:
        """The families; called in a thread."""
        row = self._row()
        if row is None:
            return
        yield _gauge("oss_mail_lag_seconds", "Since the mailbox furthest behind was last looked at", row.lag or 0)
        mailboxes = GaugeMetricFamily(
            "oss_mail_mailboxes", "Mailboxes that are read, by condition", labels=["condition"]
        )
        for condition in CONDITIONS:
            mailboxes.add_metric([condition], getattr(row, condition))
        yield mailboxes
        yield _gauge("oss_mail_quarantined", "Mails that wait for a person", row.quarantined)
        yield _gauge("oss_mail_outbound_waiting", "Messages due to leave that have not left", row.leaving)
        oldest = "How long the oldest of them has been due"
        yield _gauge("oss_mail_outbound_oldest_age_seconds", oldest, row.oldest or 0)

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


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)
