"""Questions about a notebook: whose profile counts, what may be linked, one link, what happened to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.sourcing.notebook.models import NotebookEntry, UserJobOffer
from waypost.sourcing.notebook.phrases import LONGEST
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.notebook.profiles.models import ProfileState, SearchProfile
from waypost.sourcing.offers.models import JobOffer, RunOffer

HAPPENED = 200
"""Lines of a history that are shown, the newest."""
MOST_REUSED = 30
"""Runs of the same intent that are looked at."""

SCORED = (
    JobOffer.id,
    JobOffer.title,
    func.left(JobOffer.description, LONGEST).label("description"),
    JobOffer.location,
    JobOffer.salary_monthly,
    JobOffer.salary_currency,
    JobOffer.facets,
    JobOffer.requirements,
    JobOffer.tags,
)
"""What the score reads of an offer (`sight.Described`)."""
_READY = select(SearchProfile).where(
    SearchProfile.user_id == bindparam("person"), SearchProfile.state == ProfileState.READY
)
_NAMED = _READY.where(SearchProfile.id == bindparam("profile"))
_ACTIVE = _READY.where(SearchProfile.active)


class NoSuchOffer(NotFound):
    """There is no such offer in your notebook."""


async def profile_ready(db: AsyncSession, person: UUID, profile_id: UUID | None = None) -> Profile | None:
    """The named profile of this person, else their active one; None unless it states something to score by."""
    named = _NAMED if profile_id else _ACTIVE
    found = await db.scalar(named, {"person": person} | ({"profile": profile_id} if profile_id else {}))
    return found.read() if found else None


async def by_id(db: AsyncSession, link_id: UUID, person: UUID | None, *, for_update: bool = False) -> UserJobOffer:
    """One link of this person; another's does not exist for them (404)."""
    chosen = select(UserJobOffer).where(UserJobOffer.id == link_id, UserJobOffer.user_id == person)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise NoSuchOffer
    return found


async def of_offer(
    db: AsyncSession, offer_id: UUID, person: UUID | None, *, for_update: bool = False
) -> UserJobOffer | None:
    """How this person has an offer; None when it is not in their notebook."""
    chosen = select(UserJobOffer).where(UserJobOffer.job_offer_id == offer_id, UserJobOffer.user_id == person)
    found: UserJobOffer | None = await db.scalar(chosen.with_for_update() if for_update else chosen)
    return found


async def to_score(db: AsyncSession, offer_ids: Collection[UUID]) -> Sequence[Any]:
    """What the score reads of these offers (`SCORED`); those that are none here are left out."""
    rows: Sequence[Any] = (await db.execute(select(*SCORED).where(among(JobOffer.id, offer_ids)))).all()
    return rows


@dataclass(frozen=True, slots=True)
class Pool:
    """Which offers of the catalogue may be matched: of a source or of all, seen lately."""

    person: UUID
    since: datetime
    source: str | None = None


async def candidates(
    db: AsyncSession, pool: Pool, *, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Any]:
    """Offers that this person does not have yet (`SCORED` and `last_seen_at`), the latest seen first, by keyset."""
    chosen = unlinked(pool.person, select(*SCORED, JobOffer.last_seen_at)).where(JobOffer.last_seen_at >= pool.since)
    if pool.source:
        chosen = chosen.where(JobOffer.source == pool.source)
    if before:
        chosen = chosen.where(tuple_(JobOffer.last_seen_at, JobOffer.id) < tuple_(*before))
    ordered = chosen.order_by(JobOffer.last_seen_at.desc(), JobOffer.id.desc()).limit(limit)
    rows: Sequence[Any] = (await db.execute(ordered)).all()
    return rows


def unlinked(person: UUID, chosen: Select[Any]) -> Select[Any]:
    """Good offers that still stand and that this person does not have."""
    mine = exists().where(UserJobOffer.job_offer_id == JobOffer.id, UserJobOffer.user_id == person)
    return chosen.where(~JobOffer.is_expired, JobOffer.quality_state == "ACCEPTED", ~mine)


@dataclass(frozen=True, slots=True)
class Reusable:
    """What an earlier run of the same intent still has to give: its good offers, and those this person lacks."""

    run_id: UUID
    total: int
    fresh: tuple[UUID, ...]


async def reusable(db: AsyncSession, person: UUID, run_ids: Sequence[UUID], *, enough: int) -> Reusable | None:
    """The first of these runs (the newest first, `MOST_REUSED` looked at) with at least `enough` offers that this
    person does not have; where none has, the one with most; None when no run has offers. Two statements."""
    asked = list(run_ids[:MOST_REUSED])
    counted = {run_id: total for run_id, total in await db.execute(_membership(asked))}
    fresh: dict[UUID, list[UUID]] = {run_id: [] for run_id in asked if run_id in counted}
    for run_id, offer_id in await db.execute(_lacking(person, asked)):
        fresh[run_id].append(offer_id)
    found = [Reusable(run_id, counted[run_id], tuple(sorted(offers))) for run_id, offers in fresh.items()]
    enough_there = (one for one in found if len(one.fresh) >= enough)
    return next(enough_there, None) or max(found, key=lambda one: len(one.fresh), default=None)


def _membership(run_ids: list[UUID]) -> Select[Any]:
    counted: Any = select(RunOffer.run_id, func.count()).where(among(RunOffer.run_id, run_ids))
    grouped: Select[Any] = counted.group_by(RunOffer.run_id)
    return grouped


def _lacking(person: UUID, run_ids: list[UUID]) -> Select[Any]:
    chosen: Any = select(RunOffer.run_id, RunOffer.offer_id).where(among(RunOffer.run_id, run_ids))
    return unlinked(person, chosen.join(JobOffer, JobOffer.id == RunOffer.offer_id))


async def linked_of_run(db: AsyncSession, run_id: UUID) -> int:
    """How many links a run brought (`linkedNotebookOffers`)."""
    counted = select(func.count()).select_from(UserJobOffer).where(UserJobOffer.source_run_id == run_id)
    return (await db.execute(counted)).scalar_one()


async def to_rescore(db: AsyncSession, profile: SearchProfile, after: UUID | None, limit: int) -> Sequence[Any]:
    """Links that a profile's change concerns, in the order of their ids (`id, job_offer_id`): those that were scored
    against it, and, when it is the active one, those that have no score."""
    concerned = UserJobOffer.career_profile_id == profile.id
    if profile.active:
        concerned = or_(concerned, UserJobOffer.match_score.is_(None))
    chosen = select(UserJobOffer.id, UserJobOffer.job_offer_id).where(
        UserJobOffer.user_id == profile.user_id, concerned
    )
    if after:
        chosen = chosen.where(UserJobOffer.id > after)
    rows: Sequence[Any] = (await db.execute(chosen.order_by(UserJobOffer.id).limit(limit))).all()
    return rows


async def history(db: AsyncSession, link_id: UUID) -> Sequence[NotebookEntry]:
    """What was done with an offer, the newest first, at most `HAPPENED`."""
    chosen = select(NotebookEntry).where(NotebookEntry.user_job_offer_id == link_id)
    newest = chosen.order_by(NotebookEntry.at.desc(), NotebookEntry.id.desc()).limit(HAPPENED)
    return (await db.scalars(newest)).all()


async def due_of(db: AsyncSession, person: UUID | None, now: datetime, limit: int) -> Sequence[Any]:
    """What a person wanted to look at again by now, the longest due first, one more than `limit` where there are more:
    `offer_id, title, company, follow_up_at, follow_up_note`."""
    shown = (JobOffer.id.label("offer_id"), JobOffer.title, JobOffer.company)
    chosen: Any = select(*shown, UserJobOffer.follow_up_at, UserJobOffer.follow_up_note)
    mine = chosen.select_from(UserJobOffer).join(JobOffer, UserJobOffer.job_offer_id == JobOffer.id)
    asked = mine.where(UserJobOffer.user_id == person, UserJobOffer.follow_up_at <= now)
    rows: Sequence[Any] = (
        await db.execute(asked.order_by(UserJobOffer.follow_up_at, UserJobOffer.id).limit(limit + 1))
    ).all()
    return rows


async def due(db: AsyncSession, now: datetime, limit: int) -> Sequence[UserJobOffer]:
    """Follow-ups whose time has come and of which nobody was reminded; held, so that two jobs never say it twice."""
    chosen = select(UserJobOffer).where(
        UserJobOffer.follow_up_at.is_not(None), UserJobOffer.reminded_at.is_(None), UserJobOffer.follow_up_at <= now
    )
    ordered = chosen.order_by(UserJobOffer.follow_up_at, UserJobOffer.id).limit(limit)
    return (await db.scalars(ordered.with_for_update(skip_locked=True))).all()
