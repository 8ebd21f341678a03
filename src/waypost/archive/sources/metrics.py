"""Figures of sources for Prometheus: no label names an organisation or a source."""

from prometheus_client import Counter

MISSED = Counter("waypost_archive_missed_webhooks_total", "Tickets that asked for the archive though no webhook came")
COMPARED = Counter("waypost_archive_sources_compared_total", "Looks at sources for missed tickets", ["outcome"])
