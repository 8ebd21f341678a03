"""Offers in the owner's notebook, of every kind that the pages draw differently."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.browser.site import OWNER, Site
from tests.fixtures import house_on
from tests.sourcing.notebook.making import offer_row, profile_of
from waypost.cli.organisations import organisation_of
from waypost.cli.sample_sign_in import COMPANY
from waypost.platform.access import MACHINE
from waypost.platform.identity.queries import member_with
from waypost.platform.rows import insert_rows
from waypost.sourcing.notebook.actions import link
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.notebook.profiles import queries as profiles
from waypost.sourcing.offers.models import JobOffer

LONG = "Senior Staff Principal Backend Platform Reliability Developer for Donaudampfschifffahrtsgesellschaften 🛠️ " * 2
BODY = """<p>We build small tools in <b>Python</b> and PostgreSQL for hangars all over Europe.</p>
<ul><li>You like plain code</li><li>You have seen Kubernetes from afar</li></ul>
<p>Working hours are yours. <script>alert("no")</script>Write to us.</p>"""
KINDS: tuple[Mapping[str, Any], ...] = (
    {"title": "Backend Developer", "description": BODY, "requirements": ["Python", "PostgreSQL", "English B2"]},
    {"title": LONG, "company": "مطور البرمجيات", "location": "القاهرة", "salary": None, "salary_monthly": None},
    {
        "title": "Gardener",
        "description": "Roses and hedges, all year round, out of doors, near the river and beyond it.",
    },
    {
        "title": "On-site developer",
        "facets": {"workModes": ["onsite"], "contractTypes": ["uop"], "seniority": ["lead"]},
    },
    {"title": "Silent one", "description": "?", "facets": {}, "company": None, "location": None, "salary": None},
)
STATED = {
    "roles": ["Backend Developer"],
    "keywords": ["tools", "rust"],
    "competencies": [{"name": "Python", "weight": "high", "confidence": 1.0}, {"name": "Go", "weight": "low"}],
    "soft": {"work_modes": ["remote"], "salary": 20_000, "currency": "PLN"},
    "hard": {"work_modes": ["remote", "hybrid"], "currency": "PLN"},
}


async def put_offers(site: Site) -> list[UUID]:
    """Each kind once, linked and scored; a second call puts further ones."""
    house = house_on(site.logins, site.data)
    async with house.works.open(await organisation_of(house, COMPANY), MACHINE) as work:
        person = await member_with(work.db, OWNER)
        assert person is not None
        rows = [offer_row(number, work.now, **kind) for number, kind in enumerate(KINDS)]
        for row in rows:
            await insert_rows(work.db, JobOffer, [row])
        ids = [row["id"] for row in rows]
        profile = await _profile(work, person)
        await link(work, person, ids[:-1], run_id=None, origin="SCRAPE", profile=profile)
        await link(work, person, ids[-1:], run_id=None, origin="SCRAPE", profile=None)
    await house.close()
    return ids


async def _profile(work: Any, person: UUID) -> Profile:
    kept = await profiles.of_person(work.db, person)
    return kept[0].read() if kept else await profile_of(work, person, STATED, name="Backend, remote")
