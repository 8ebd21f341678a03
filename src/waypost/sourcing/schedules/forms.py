"""A schedule as a form holds it: what was typed comes back as it was typed, whatever is wrong with it."""

from collections.abc import Mapping
from typing import Any

from waypost.sourcing.schedules import wire
from waypost.sourcing.schedules.models import ScrapeSchedule
from waypost.sourcing.schedules.typed import CRON, LIMIT, SOURCE

FIELDS = ("name", "enabled", "cron", "timezone", "source", "limit", "career_profile_id", "keywords", "location")
IN_FILTERS = ("keywords", "location")
"""Filters that the form shows; the others stay as they are."""
WIRE = {"career_profile_id": "careerProfileId"}
SHOWN = {"careerProfileId": "career_profile_id", "filters.keywords": "keywords", "filters.location": "location"}
"""Where a fault of the wire stands in the form."""
Given = dict[str, Any]


def blank(zone: str) -> Given:
    """The form of a new one."""
    empty = dict.fromkeys(FIELDS, "")
    return empty | {"enabled": True, "cron": CRON, "timezone": zone, "source": SOURCE, "limit": LIMIT}


def filled(schedule: ScrapeSchedule) -> Given:
    """The form of one that stands."""
    told = wire.named(schedule)
    shown = {name: told.get(WIRE.get(name, name)) for name in FIELDS}
    shown |= {name: schedule.filters.get(name) for name in IN_FILTERS}
    return {name: "" if value is None else value for name, value in shown.items()}


def given(sent: Mapping[str, Any]) -> Given:
    """What was typed; a box that is not ticked is not sent."""
    typed = {name: str(sent.get(name, "")).strip()[:1_000] for name in FIELDS}
    return typed | {"enabled": typed["enabled"] == "1"}


def said(form: Given, standing: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a plan is said on the wire; `standing` are the filters so far."""
    words = {name: form[name] for name in IN_FILTERS if form[name]}
    kept = {name: value for name, value in standing.items() if name not in IN_FILTERS}
    plain = {WIRE.get(name, name): form[name] for name in FIELDS if name not in IN_FILTERS}
    return plain | {"careerProfileId": form["career_profile_id"] or None, "filters": {**kept, **words} or None}
