"""Sourcing for Prometheus, asked of the database when it is asked for; no organisation, no source in it."""

from typing import ClassVar

from waypost.platform.observe.figures import Figures

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


class SourcingFigures(Figures):
    """Asked of one function, for the whole installation."""

    ASK: ClassVar[str] = "select * from installation_sourcing_figures(%s)"
    GAUGES = FAMILIES
