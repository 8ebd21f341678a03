"""The task that a run becomes for a scraper, built anew for each delivery (sourcing.md 1.8, 2.11)."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from waypost.platform.work import Work
from waypost.sourcing.notebook import queries as notebook
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.settings import COMPLETE
from waypost.sourcing.runs.terms import Handover, RunTerms
from waypost.sourcing.sources import budgets
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.queries import terms_of
from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.task import NAME, Budget, Resume, Task, Window

FIRST_SLOTS = 3
"""Requests granted with a task: robots.txt and the first listing. More is asked for once somebody works on it, since
what is granted to a task that waits in a queue lapses."""


async def task_of(
    work: Work, run: Run, source: Source, terms: RunTerms, to: Handover, *, token: int, until: datetime
) -> Task:
    """All that a scraper needs, and no secret."""
    given = await budgets.grant_for(work.db, source, dict.fromkeys(hosts_of(run, source), FIRST_SLOTS), now=work.now)
    profile = await _profile_of(work, run)
    left = await budgets.pages_left(work.db, source, work.now)
    return Task(
        source=run.source_slug,
        source_run_id=run.id,
        trace_id=run.trace_id,
        user_id=run.user_id,
        career_profile_id=run.career_profile_id,
        run_id=str(run.id),
        request_id=run.request_id or str(run.trace_id),
        task_id=str(run.id),
        dedupe_key=run.intent_fingerprint,
        task_timeout_ms=int(terms.task_timeout.total_seconds() * 1_000),
        dispatch_deadline_ms=int(terms.deadline.total_seconds() * 1_000),
        lease_expires_at=until,
        lease_token=token,
        **reports(to.callback_url, run.id),
        listing_url=run.listing_url,
        limit=run.wanted,
        filters=run.filters or None,
        matching_filters=_matching(profile) if profile else None,
        adaptive_query_window=_window(run, terms),
        relax=run.relax,
        terms=terms_of(source, page_cap=left),
        budgets=given,
        resume=Resume.model_validate(run.resume) if run.resume else None,
    )


def reports(callback_url: str, run_id: UUID) -> dict[str, str]:
    """The three addresses of a run's reports, derived from that of the end (sourcing.md 2.7)."""
    base = callback_url.removesuffix(COMPLETE) + "/api/job-sources"
    of_run = f"{base}/runs/{run_id}"
    return {"callback_url": callback_url, "heartbeat_url": f"{of_run}/heartbeat", "ingest_url": f"{of_run}/offers"}


def enveloped(task: Task) -> bytes:
    """As it travels."""
    return canonical({"name": NAME, "payload": task.written()})


def hosts_of(run: Run, source: Source) -> tuple[str, ...]:
    """The hosts that are asked first."""
    host = urlsplit(run.listing_url or source.listing_url or "").hostname
    return (host,) if host else source.hosts[:1]


def closed_until(given: tuple[Budget, ...], now: datetime) -> datetime | None:
    """Until when none of the hosts may be asked; None where one may."""
    closed = [each.closed_until for each in given if each.closed_until and each.closed_until > now and not each.slots]
    return min(closed) if given and len(closed) == len(given) else None


def _window(run: Run, terms: RunTerms) -> Window | None:
    """Only where filters made the address: one that a person named is never widened."""
    least, most = terms.window
    return Window(min=least, max=most) if run.filters and not run.listing_given else None


def _matching(profile: Profile) -> dict[str, Any]:
    """What the profile looks for; `hard` names the filters that a scraper never loosens (sourcing.md 4.2)."""
    must = profile.hard
    stated = {
        "workModes": must.work_modes,
        "contractTypes": must.employment,
        "positionLevels": must.levels,
        "location": must.locations,
        "salaryMin": must.salary,
    }
    return profile.filters() | {"hard": [name for name, value in stated.items() if value]}


async def _profile_of(work: Work, run: Run) -> Profile | None:
    if run.user_id is None or run.career_profile_id is None:
        return None
    return await notebook.profile_ready(work.db, run.user_id, run.career_profile_id)
