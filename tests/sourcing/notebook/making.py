"""Offers of the catalogue, runs and profiles, put down as other features would leave them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.sourcing.notebook.profile import Competency, Profile
from waypost.sourcing.notebook.profiles.models import ProfileState, SearchProfile
from waypost.sourcing.offers.models import JobOffer, RunOffer
from waypost.sourcing.runs.models import Run
from waypost.sourcing.wire.words import RunState

BODY = "We build small tools in Python and PostgreSQL for hangars all over Europe, and we like them to be plain."
PYTHON = Profile(
    new_id(),
    "Python",
    roles=("Backend Developer",),
    keywords=("tools",),
    competencies=(Competency("Python", "high"), Competency("PostgreSQL")),
)
"""68 points against `BODY` without a fitting title, 78 with one; no wishes."""


def offer_row(number: int, now: datetime, **columns: Any) -> dict[str, Any]:
    """An offer that was seen `number` minutes ago."""
    seen = now - timedelta(minutes=number)
    return {
        "id": new_id(),
        "source": "pracuj-pl-it",
        "offer_identity_key": f"source:{new_id()}",
        "source_id": str(number),
        "url": f"https://it.pracuj.pl/praca/offer,oferta,{number}",
        "title": f"Backend Developer {number}",
        "company": "Hangar Works",
        "location": "Warszawa",
        "salary": "20 000 - 24 000 PLN",
        "salary_min": 2_000_000,
        "salary_max": 2_400_000,
        "salary_currency": "PLN",
        "salary_period": "month",
        "salary_monthly": 2_400_000,
        "description": BODY,
        "facets": {"workModes": ["remote"], "contractTypes": ["b2b"], "seniority": ["mid"]},
        "content_hash": str(number),
        "first_seen_at": seen,
        "last_seen_at": seen,
        "fetched_at": seen,
        **columns,
    }


async def offers(work: Work, count: int, **columns: Any) -> list[UUID]:
    """That many offers, the first one the latest seen."""
    rows = [offer_row(number, work.now, **columns) for number in range(count)]
    await insert_rows(work.db, JobOffer, rows)
    return [row["id"] for row in rows]


async def run_of(work: Work, person: UUID, **columns: Any) -> UUID:
    """A run that was completed for this person."""
    run = Run(
        id=new_id(),
        source_slug="pracuj-pl-it",
        user_id=person,
        status=RunState.COMPLETED,
        intent_fingerprint="f" * 64,
        trace_id=new_id(),
        last_signal_at=work.now,
        created_at=work.now,
        **columns,
    )
    work.db.add(run)
    await work.db.flush()
    return run.id


async def found_by(work: Work, run_id: UUID, offer_ids: Sequence[UUID]) -> None:
    """These offers were seen by that run."""
    rows = [{"run_id": run_id, "offer_id": one, "discovered_at": work.now, "via": "detail"} for one in offer_ids]
    await insert_rows(work.db, RunOffer, rows)


async def profile_of(work: Work, person: UUID, stated: Mapping[str, Any] | None = None, **columns: Any) -> Profile:
    """An active profile of this person; `PYTHON` unless said otherwise."""
    row = SearchProfile(
        **{
            "id": new_id(),
            "user_id": person,
            "name": "Python",
            "state": ProfileState.READY,
            "active": True,
            "revision": 1,
            "stated": dict(stated) if stated is not None else PYTHON.stated(),
            "created_at": work.now,
            "updated_at": work.now,
            **columns,
        }
    )
    work.db.add(row)
    await work.db.flush()
    return row.read()
