"""The face of sourcing for every process: its outside clients and its jobs. Its doors are beside it (doors.py)."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from types import ModuleType

from waypost.platform.http.addresses import Network
from waypost.platform.http.hardening import Hardening
from waypost.platform.identity.post import Post
from waypost.platform.parts import Parts
from waypost.platform.work import Works
from waypost.sourcing.callbacks import jobs as callbacks_jobs
from waypost.sourcing.notebook import jobs as notebook_jobs
from waypost.sourcing.notebook.choosing import jobs as choosing_jobs
from waypost.sourcing.notebook.settings import NotebookSettings
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.offers import jobs as offers_jobs
from waypost.sourcing.offers.settings import OfferSettings
from waypost.sourcing.reports import jobs as reports_jobs
from waypost.sourcing.reports.summary import Summaries
from waypost.sourcing.reports.terms import ReportTerms
from waypost.sourcing.runs import jobs as runs_jobs
from waypost.sourcing.runs.dispatching import Desk
from waypost.sourcing.runs.opening import open_desk
from waypost.sourcing.runs.presence import present
from waypost.sourcing.runs.settings import RunSettings
from waypost.sourcing.schedules import jobs as schedules_jobs
from waypost.sourcing.schedules.settings import ScheduleSettings
from waypost.sourcing.sources import jobs as sources_jobs
from waypost.sourcing.sources.pausing import PauseTerms
from waypost.sourcing.sources.settings import SourcesSettings
from waypost.sourcing.sources.trials.trying import Trials
from waypost.sourcing.watching import opening as watching
from waypost.sourcing.watching.alerts import jobs as alerts_jobs
from waypost.sourcing.watching.alerts.settings import AlertSettings
from waypost.sourcing.watching.figures import jobs as figures_jobs
from waypost.sourcing.watching.letters import jobs as letters_jobs
from waypost.sourcing.watching.trail import jobs as trail_jobs

JOBS: tuple[ModuleType, ...] = (
    reports_jobs,
    sources_jobs,
    callbacks_jobs,
    schedules_jobs,
    runs_jobs,
    notebook_jobs,
    choosing_jobs,
    offers_jobs,
    figures_jobs,
    alerts_jobs,
    trail_jobs,
    letters_jobs,
)
"""Imported so that their declarations stand."""


def furnish(parts: Parts) -> None:
    """What this module's doors and jobs find in the process."""
    parts.add(Summaries())


def furnish_reports(parts: Parts, window_hours: int) -> None:
    """How far back summaries look."""
    parts.add(ReportTerms(window_hours))


def furnish_sources(parts: Parts, settings: SourcesSettings, home: str, allowed: Sequence[Network]) -> None:
    """When scheduled runs of a failing source wait; how a source is tried (`home` is where one may complain)."""
    parts.add(settings.pauses())
    parts.add(Trials(home, tuple(allowed)))


def furnish_offers(parts: Parts, settings: OfferSettings) -> None:
    """When an offer is over."""
    parts.add(settings.terms())


def furnish_notebook(parts: Parts, settings: NotebookSettings) -> None:
    """How offers are matched."""
    parts.add(settings.terms())


def furnish_runs(parts: Parts, settings: RunSettings, rules: Hardening, home: str, default_org: str) -> None:
    """How runs are limited, handed over and given up. After sources and notebook."""
    terms = settings.terms(parts.of(NotebookTerms), parts.of(PauseTerms), default_org)
    parts.add(terms)
    parts.add(open_desk(settings, terms, rules, home))


def furnish_schedules(parts: Parts, settings: ScheduleSettings) -> None:
    """Who may trigger schedules from outside."""
    parts.add(settings.terms())


def furnish_watching(parts: Parts, settings: AlertSettings) -> None:
    """What looks at all of it. After runs."""
    watching.furnish_watching(parts, settings, parts.of(Desk).to)


def furnish_letters(parts: Parts, settings: AlertSettings, post: Post, home: str) -> None:
    """How people hear of alerts. After watching."""
    watching.furnish_letters(parts, settings, post, home)


async def close_watching(parts: Parts) -> None:
    """Give back what is open."""
    await watching.close(parts)


def listening(works: Works) -> AbstractAsyncContextManager[None]:
    """A web process hears scrapers for as long as the block lasts."""
    return present(works)


async def close_runs(parts: Parts) -> None:
    """Give back what is open."""
    await parts.of(Desk).provider.close()
