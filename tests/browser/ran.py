"""Runs of the owner in every state that the pages draw differently, and a source that may be asked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.browser.site import OWNER, Site
from tests.fixtures import house_on
from tests.sourcing.reports.making import SOURCE, a_run, with_logs, with_offers
from waypost.cli.organisations import organisation_of
from waypost.cli.sample_sign_in import COMPANY
from waypost.platform.access import MACHINE
from waypost.platform.identity.queries import member_with
from waypost.sourcing.sources import actions, queries

LONG = "https://it.pracuj.pl/praca/" + "donaudampfschifffahrt-" * 12
STATES: dict[str, dict[str, Any]] = {
    "waiting": {"status": "PENDING"},
    "running": {
        "status": "RUNNING",
        "progress": {"phase": "detail_fetch", "pagesVisited": 14, "jobLinksDiscovered": 42},
        "ago": timedelta(minutes=2),
    },
    "silent": {"status": "RUNNING", "ago": timedelta(hours=1)},
    "done": {
        "total_found": 42,
        "scraped_count": 30,
        "listing_url": LONG,
        "filters": {"technologies": ["37"], "keywords": "مطور 🛠️"},
        "ago": timedelta(minutes=30),
        "diagnostics": {"relaxationTrail": ["salaryMin"], "rejectedOfferReasons": {"missing_title": 2}},
    },
    "partial": {"status": "FAILED", "failure": "timeout", "error": "[timeout] the time was over"},
    "empty": {"total_found": 9, "outcome": "detail_parse_gap"},
    "blocked": {"status": "FAILED", "outcome": "blocked_by_source", "error": "[network] 403"},
    "cancelled": {"status": "CANCELLED"},
}


async def put_runs(site: Site) -> dict[str, UUID]:
    """Each state once."""
    house = house_on(site.logins, site.data)
    async with house.works.open(await organisation_of(house, COMPANY), MACHINE) as work:
        person = await member_with(work.db, OWNER)
        assert person is not None
        if not (await queries.by_key(work.db, SOURCE)).enabled:
            await actions.permit(work, SOURCE, "Allowed by its terms of 3 May, section 4.")
            await actions.enable(work, SOURCE)
        made = {}
        for name, wish in STATES.items():
            run = await a_run(work, person, **wish)
            run.started_at = None if name == "waiting" else run.created_at + timedelta(seconds=20)
            run.finalized_at = run.finalized_at and run.finalized_at + timedelta(minutes=3)
            await with_logs(work, run)
            if name in ("running", "done", "partial"):
                await with_offers(work, run, [80, 40, -20, None] * (8 if name == "done" else 1))
            made[name] = run.id
    await house.close()
    return made
