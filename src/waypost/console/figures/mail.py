"""Mail for Prometheus, asked of the database when it is asked for: lag, conditions, quarantine, what waits to leave."""

from collections.abc import Iterator
from typing import Any, ClassVar

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from waypost.platform.observe.figures import Figures, gauge

CONDITIONS = ("connected", "degraded", "paused", "disabled")


class MailFigures(Figures):
    """Asked of one function, for the whole installation."""

    ASK: ClassVar[str] = "select * from installation_mail_figures(%s)"

    def families(self, row: Any) -> Iterator[Metric]:
        """One of them has a label."""
        yield gauge("oss_mail_lag_seconds", "Since the mailbox furthest behind was last looked at", row.lag or 0)
        mailboxes = GaugeMetricFamily(
            "oss_mail_mailboxes", "Mailboxes that are read, by condition", labels=["condition"]
        )
        for condition in CONDITIONS:
            mailboxes.add_metric([condition], getattr(row, condition))
        yield mailboxes
        yield gauge("oss_mail_quarantined", "Mails that wait for a person", row.quarantined)
        yield gauge("oss_mail_outbound_waiting", "Messages due to leave that have not left", row.leaving)
        oldest = "How long the oldest of them has been due"
        yield gauge("oss_mail_outbound_oldest_age_seconds", oldest, row.oldest or 0)
