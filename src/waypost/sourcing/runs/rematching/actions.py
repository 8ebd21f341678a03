"""The verb: match the catalogue against a person's profile, and write down the run that it amounts to."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from waypost.platform.identity.inbound_runs.lookups import take_run
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows, insert_unless_there
from waypost.platform.work import Work
from waypost.sourcing.notebook import queries as notebook
from waypost.sourcing.notebook.actions import Found, find_matches, link_matches
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.offers.models import RunOffer
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run, RunEnded
from waypost.sourcing.wire.words import Outcome, RunState

CATALOGUE = "catalog"
"""Stands for the source of a run that asked none."""
REMATCH = "rematch"


@dataclass(frozen=True, slots=True)
class Rematched:
    """What came of it; without a run there was nothing to link."""

    run: Run | None = None
    inserted: int = 0
    total: int = 0
    matched: int = 0

    def answer(self) -> dict[str, Any]:
        """The documented JSON (sourcing.md 1.1)."""
        run = self.run
        return {
            "ok": True,
            "status": "reused" if run else "empty",
            "sourceRunId": str(run.id) if run else None,
            "traceId": str(run.trace_id) if run else None,
            "acceptedAt": run.created_at.isoformat().replace("+00:00", "Z") if run else None,
            "inserted": self.inserted,
            "totalOffers": self.total if run else 0,
            "matchedOffers": self.matched if run else 0,
            "message": self._message(),
        }

    def _message(self) -> str:
        if self.run is None:
            return "The catalogue has no offer that fits and is not in the notebook yet."
        return f"{self.inserted} of {self.matched} matching offers were put into the notebook."


async def rematch(work: Work, person: UUID, limit: int, terms: NotebookTerms) -> Rematched:
    """Link the best `limit` offers of the catalogue that fit this person's active profile; nothing without one.

    Decided before anything is written: what finds nothing leaves no run behind.
    """
    profile = await notebook.profile_ready(work.db, person)
    if profile is None:
        return Rematched()
    found = await find_matches(work, person, profile, limit, terms)
    if not found.offer_ids:
        return Rematched(total=found.total)
    run = await _written(work, person, profile, limit, found)
    linked = await link_matches(work, person, found, run_id=run.id, profile=profile)
    return Rematched(run, linked.linked, found.total, found.matched)


async def _written(work: Work, person: UUID, profile: Profile, limit: int, found: Found) -> Run:
    """A run that was complete when it began; success is not measured by it."""
    run_id, many = new_id(), len(found.offer_ids)
    intent = sha256(f"{REMATCH}:{profile.id}:{profile.revision}".encode()).hexdigest()
    row = {
        "id": run_id,
        "source_slug": CATALOGUE,
        "user_id": person,
        "career_profile_id": profile.id,
        "wanted": limit,
        "intent_fingerprint": intent,
        "trace_id": new_id(),
        "origin": REMATCH,
        "status": RunState.COMPLETED,
        "total_found": found.matched,
        "scraped_count": many,
        "classified_outcome": Outcome.SUCCESS,
        "progress": {"candidateOffers": found.total, "matchedOffers": found.matched, "matchingState": "completed"},
        "last_signal_at": work.now,
        "started_at": work.now,
        "completed_at": work.now,
        "finalized_at": work.now,
        "created_at": work.now,
    }
    await insert_rows(work.db, Run, [row])
    await take_run(work.db, run_id, work.org, work.now)
    rows = [{"run_id": run_id, "offer_id": one, "discovered_at": work.now, "via": REMATCH} for one in found.offer_ids]
    await insert_unless_there(work.db, RunOffer, rows)
    run = await queries.by_id(work.db, run_id)
    await note(work, run, "run_reused_from_catalog", meta={"linked": many, "matched": found.matched})
    work.tell(RunEnded(run_id, RunState.COMPLETED))
    return run
