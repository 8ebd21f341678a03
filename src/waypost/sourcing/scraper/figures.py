"""Figures of the scraper as Prometheus text (`/metrics`), in a registry of their own: they belong to this process."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

REGISTRY = CollectorRegistry()
TASKS = Counter("waypost_scraper_tasks", "Tasks that ended, by outcome.", ["outcome"], registry=REGISTRY)
ANSWERS = Counter("waypost_scraper_task_answers", "Answers to tasks, by status.", ["status"], registry=REGISTRY)
DELIVERIES = Counter(
    "waypost_scraper_deliveries", "Attempts to deliver a report, by result.", ["kind", "result"], registry=REGISTRY
)
HEARTBEATS = Counter("waypost_scraper_heartbeats", "Heartbeats, by result.", ["result"], registry=REGISTRY)
REFUSED = Counter("waypost_scraper_refused_callers", "Calls without a valid token.", ["reason"], registry=REGISTRY)
GAUGES = {
    "queued": Gauge("waypost_scraper_queued_tasks", "Tasks that wait.", registry=REGISTRY),
    "active": Gauge("waypost_scraper_active_tasks", "Tasks that are carried out.", registry=REGISTRY),
    "waiting": Gauge("waypost_scraper_spooled_reports", "Reports that wait for the API.", registry=REGISTRY),
    "dead": Gauge("waypost_scraper_dead_letters", "Reports that were given up.", registry=REGISTRY),
    "dead_age": Gauge("waypost_scraper_oldest_dead_letter_seconds", "Age of the first of them.", registry=REGISTRY),
    "expired": Gauge("waypost_scraper_expired_dead_letters", "Dead letters ever dropped for age.", registry=REGISTRY),
    "draining": Gauge("waypost_scraper_draining", "1 while it stops.", registry=REGISTRY),
}


def exposition(now: Mapping[str, float]) -> tuple[bytes, str]:
    """The text and its media type; `now` sets the gauges."""
    for name, value in now.items():
        GAUGES[name].set(value)
    return generate_latest(REGISTRY), CONTENT_TYPE_PLAIN_0_0_4
