"""Verbs of the notebook: link offers, match them from the catalogue, score them again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from waypost.platform.work import Work
from waypost.sourcing.notebook import queries
from waypost.sourcing.notebook.linking import blank, note_matched, write_links, write_scores
from waypost.sourcing.notebook.matching import scored, scores_of
from waypost.sourcing.notebook.models import FollowUpDue, OffersLinked, Origin, UserJobOffer
from waypost.sourcing.notebook.noting import note
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.notebook.queries import Pool
from waypost.sourcing.notebook.scoring import Score
from waypost.sourcing.notebook.terms import NotebookTerms

MOST_BATCHES = 8
"""Batches of the catalogue that one rematch looks through."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a delivery came to: offers that are new in the notebook, and those that were there (or exist no more)."""

    linked: int
    already: int
    offer_ids: tuple[UUID, ...] = ()
    """The new ones."""


async def link(
    work: Work,
    person_id: UUID,
    offer_ids: Sequence[UUID],
    *,
    run_id: UUID | None,
    origin: Origin | str,
    profile: Profile | None,
) -> Linked:
    """Put offers into a person's notebook, scored against `profile` where there is one; three statements at most.

    An offer that stands there keeps its status, notes, tags and follow-up, however often it is delivered; when another
    profile fits it better, that one becomes its score (ADR 0033).
    """
    wanted = sorted(set(offer_ids))
    if not wanted:
        return Linked(0, 0)
    scores = await scores_of(work.db, profile, wanted)
    shared = blank(person_id, run_id, Origin(origin), work.now)
    fresh = await write_links(work.db, shared, wanted, profile, scores)
    if fresh:
        await note_matched(work.db, fresh, work.now)
        if run_id:
            work.tell(OffersLinked(run_id, len(fresh)))
    return Linked(len(fresh), len(wanted) - len(fresh), tuple(fresh))


@dataclass(frozen=True, slots=True)
class Found:
    """What the catalogue has for a profile: `total` offers were looked at, `matched` fit, the best are `offer_ids`."""

    total: int = 0
    matched: int = 0
    offer_ids: tuple[UUID, ...] = ()
    scores: dict[UUID, Score] = field(default_factory=dict)


async def find_matches(
    work: Work, person_id: UUID, profile: Profile, limit: int, terms: NotebookTerms, source: str | None = None
) -> Found:
    """The best offers of the catalogue that this person lacks: seen lately, scored high enough, no condition broken.

    Changes nothing. The latest seen are looked at first, at most `MOST_BATCHES` batches.
    """
    pool = Pool(person_id, work.now - terms.rematch_within, source)
    fits: dict[UUID, Score] = {}
    total, before = 0, None
    for _ in range(MOST_BATCHES):
        rows = await queries.candidates(work.db, pool, before=before, limit=terms.rematch_batch)
        found = await scored(profile, rows)
        fits |= {key: one for key, one in found.items() if one.value >= terms.rematch_least and not one.violations}
        total += len(rows)
        if len(rows) < terms.rematch_batch:
            break
        before = (rows[-1].last_seen_at, rows[-1].id)
    best = sorted(fits, key=lambda key: (-fits[key].value, key))[:limit]
    return Found(total, len(fits), tuple(best), {key: fits[key] for key in best})


async def link_matches(work: Work, person_id: UUID, found: Found, *, run_id: UUID | None, profile: Profile) -> Linked:
    """Put what `find_matches` found into the notebook."""
    return await link(work, person_id, found.offer_ids, run_id=run_id, origin=Origin.CATALOG_REMATCH, profile=profile)


async def rescore(work: Work, links: Sequence[UserJobOffer], profile: Profile | None) -> None:
    """Score links again, against another profile or the same; two statements. Without a profile their scores go."""
    scores = await scores_of(work.db, profile, [one.job_offer_id for one in links])
    await write_scores(work.db, links, profile, scores, work.now)


async def score_now(work: Work, link_: UserJobOffer, profile: Profile) -> None:
    """Score one link because its person asked; noted when it differs."""
    before = link_.match_score
    await rescore(work, [link_], profile)
    await work.db.refresh(link_)
    if link_.match_score != before:
        note(work, link_.id, "score", before, link_.match_score)


async def remind(work: Work, limit: int) -> int:
    """Say of every follow-up that is due that it is, once; gives how many there were."""
    found = await queries.due(work.db, work.now, limit)
    for one in found:
        one.reminded_at = work.now
        note(work, one.id, "reminder", None, _day(one.follow_up_at))
        work.tell(FollowUpDue(one.id))
    return len(found)


def _day(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
