"""An offer of a notebook as the documented doors tell it."""

from collections.abc import Mapping
from typing import Any

from waypost.sourcing.notebook.models import NotebookEntry

FACETS = ("workModes", "contractTypes", "workSchedules", "seniority", "technologies")


def item(row: Any) -> dict[str, Any]:
    """One row (`listing.ROW`); `id` is the link, `jobOfferId` the offer itself. Pays are minor units."""
    facets: Mapping[str, Any] = row.facets or {}
    return {
        "id": row.id,
        "jobOfferId": row.offer_id,
        "sourceRunId": row.source_run_id,
        "careerProfileId": row.career_profile_id,
        "origin": row.origin,
        "source": row.source,
        "url": row.url,
        "applyUrl": row.apply_url,
        "title": row.title,
        "company": row.company,
        "location": row.location,
        "salary": row.salary,
        "salaryMin": row.salary_min,
        "salaryMax": row.salary_max,
        "salaryCurrency": row.salary_currency,
        "salaryPeriod": row.salary_period,
        "salaryKind": row.salary_kind,
        "employmentType": row.employment_type,
        "category": row.category,
        **{name: facets.get(name, []) for name in FACETS},
        "postedAt": row.posted_at,
        "expiresAt": row.expires_at,
        "isExpired": row.is_expired,
        "qualityState": row.quality_state,
        "firstSeenAt": row.first_seen_at,
        "lastSeenAt": row.last_seen_at,
        "linkedAt": row.linked_at,
        **workflow(row, row.my_tags),
        **match(row),
    }


def workflow(mine: Any, tags: list[str]) -> dict[str, Any]:
    """What the person did with it."""
    return {
        "status": mine.status,
        "lastStatusAt": mine.last_status_at,
        "notes": mine.notes,
        "tags": tags,
        "followUpAt": mine.follow_up_at,
        "followUpNote": mine.follow_up_note,
        "remindedAt": mine.reminded_at,
    }


def match(mine: Any) -> dict[str, Any]:
    """Its score and the reasons."""
    return {
        "matchVersion": mine.match_version,
        "matchScore": mine.match_score,
        "matchMeta": mine.match_meta,
        "scoredAt": mine.scored_at,
    }


def entry(one: NotebookEntry) -> dict[str, Any]:
    """One line of its history."""
    return {
        "id": one.id,
        "kind": one.kind,
        "from": one.before,
        "to": one.after,
        "note": one.note,
        "personId": one.person_id,
        "createdAt": one.at,
    }
