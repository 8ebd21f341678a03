"""The installation for Prometheus: grants that were lost, backups, and dead letters by what they failed of."""

from collections.abc import Iterator
from typing import Any, ClassVar

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from waypost.platform.observe.figures import Figures

FAMILIES = {
    "grants": ("oss_mail_grants_lost", "Mailboxes whose consent or password the provider takes no more"),
    "grant_age": ("oss_mail_grant_lost_age_seconds", "Since the first of them could not be read"),
    "breakers": ("oss_mail_breakers_open", "Mailboxes that rest because nothing has worked for a while"),
    "unread": ("oss_mail_unprocessed_age_seconds", "How long the oldest mail waits that is here and in no ticket yet"),
    "backup": ("waypost_backup_age_seconds", "Since a backup was noted, or since the installation began"),
    "drill": ("waypost_restore_drill_age_seconds", "Since restoring a backup was tried, or the installation began"),
}
"""By the function's column."""


class HouseFigures(Figures):
    """Asked of one function, for the whole installation."""

    ASK: ClassVar[str] = "select * from installation_house_figures(%s)"
    GAUGES = FAMILIES

    def families(self, row: Any) -> Iterator[Metric]:
        """A fingerprint says what failed, never for whom."""
        yield from super().families(row)
        dead = GaugeMetricFamily(
            "waypost_dead_letters", "Dead letters that failed alike, the largest groups", labels=["type", "fingerprint"]
        )
        for one in row.dead or ():
            dead.add_metric([one["type"], one["fingerprint"]], one["jobs"])
        yield dead
