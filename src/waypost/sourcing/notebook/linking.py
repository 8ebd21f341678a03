"""The statements that put offers into a notebook, the same number for one offer and for two hundred."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.ids import new_key
from waypost.platform.rows import packs
from waypost.sourcing.notebook.models import MATCH_VERSION, Origin, Status, UserJobOffer
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.notebook.scoring import Score

_TABLE = UserJobOffer.__tablename__
_COLUMNS = (
    "id",
    "user_id",
    "career_profile_id",
    "job_offer_id",
    "source_run_id",
    "origin",
    "status",
    "match_version",
    "match_score",
    "match_rank",
    "violations",
    "match_meta",
    "scored_at",
    "notes",
    "tags",
    "follow_up_note",
    "linked_at",
    "updated_at",
)
_MATCH = ("career_profile_id", "match_version", "match_score", "match_rank", "violations", "match_meta", "scored_at")
_LINK = text(
    f"insert into {_TABLE} as mine (org_id, {', '.join(_COLUMNS)}) "
    f"select app_org(), {', '.join(f'r.{name}' for name in _COLUMNS)} "
    f"from json_populate_recordset(null::{_TABLE}, cast(:rows as json)) r join job_offers o on o.id = r.job_offer_id "
    "order by r.job_offer_id "
    "on conflict on constraint uq_user_job_offers_org_id_user_id_job_offer_id do update "
    f"set {', '.join(f'{name} = excluded.{name}' for name in _MATCH)} "
    "where excluded.match_score > coalesce(mine.match_score, -1) "
    "and excluded.career_profile_id is distinct from mine.career_profile_id "
    "returning job_offer_id, xmax = 0 as is_new"
)
"""In the order of the offers, so that two deliveries wait for each other instead of locking up. An offer that stands in
the notebook already keeps everything its person wrote; only a profile that it fits better becomes its score."""
_MATCHED = text(
    "with held as (select id from job_offers where id = any(:ids) and "
    "(last_matched_at is null or last_matched_at < cast(:now as timestamptz) - interval '1 hour') "
    "for no key update skip locked) "
    "update job_offers o set last_matched_at = :now from held where o.id = held.id"
)
"""Whoever holds an offer just now is matching or merging it too: nobody waits."""
_RESCORE = text(
    f"update {_TABLE} mine set {', '.join(f'{name} = r.{name}' for name in _MATCH)} "
    f"from json_populate_recordset(null::{_TABLE}, cast(:rows as json)) r where mine.id = r.id"
)

Scores = Mapping[UUID, Score]
"""By the offer's id."""


async def write_links(
    db: AsyncSession, shared: Mapping[str, Any], offer_ids: Sequence[UUID], profile: Profile | None, scores: Scores
) -> list[UUID]:
    """Put offers into the notebook; gives those that were not there. `shared`: user, run, origin, now."""
    rows = [{"id": new_key(), "job_offer_id": one, **shared, **matched(profile, scores.get(one))} for one in offer_ids]
    fresh: list[UUID] = []
    for pack in packs(rows):
        fresh += [row.job_offer_id for row in await db.execute(_LINK, {"rows": pack}) if row.is_new]
    return fresh


def blank(person: UUID, run_id: UUID | None, origin: Origin, now: datetime) -> dict[str, Any]:
    """The columns that all new links of one delivery share."""
    return {
        "user_id": person,
        "source_run_id": run_id,
        "origin": origin,
        "status": Status.NEW,
        "notes": "",
        "tags": [],
        "follow_up_note": "",
        "scored_at": now,
        "linked_at": now,
        "updated_at": now,
    }


def matched(profile: Profile | None, score: Score | None) -> dict[str, Any]:
    """The columns of a score; all of them empty where there is none."""
    if profile is None or score is None:
        empty = {"career_profile_id": None, "match_score": None, "match_rank": 0, "violations": 0}
        return {**empty, "match_meta": None, "scored_at": None, "match_version": MATCH_VERSION}
    return {
        "career_profile_id": profile.id,
        "match_version": MATCH_VERSION,
        "match_score": score.value,
        "match_rank": score.rank,
        "violations": score.violations,
        "match_meta": score.meta(profile),
    }


async def write_scores(
    db: AsyncSession, links: Sequence[Any], profile: Profile | None, scores: Scores, now: datetime
) -> None:
    """Set the scores of links (`id`, `job_offer_id`), one statement."""
    rows = [{"id": one.id, "scored_at": now, **matched(profile, scores.get(one.job_offer_id))} for one in links]
    for pack in packs(rows):
        await db.execute(_RESCORE, {"rows": pack})


async def note_matched(db: AsyncSession, offer_ids: Sequence[UUID], now: datetime) -> None:
    """When these offers were last put into a notebook."""
    await db.execute(_MATCHED, {"ids": list(offer_ids), "now": now})
