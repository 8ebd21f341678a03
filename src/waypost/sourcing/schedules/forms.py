"""A schedule as a form holds it: what was typed comes back as it was typed, whatever is wrong with it."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from waypost.sourcing.schedules import wire
from waypost.sourcing.schedules.models import ScrapeSchedule
from waypost.sourcing.schedules.typed import CRON, LIMIT, SOURCE
from waypost.sourcing.sources.controls import Control, typed_into

FIELDS = ("name", "enabled", "cron", "timezone", "source", "limit", "career_profile_id")
WIRE = {"career_profile_id": "careerProfileId"}
Given = dict[str, Any]
"""The fields by name, and under `filters` what the source's controls say."""


def blank(zone: str) -> Given:
    """The form of a new one."""
    empty: Given = dict.fromkeys(FIELDS, "")
    usual = {"cron": CRON, "timezone": zone, "source": SOURCE, "limit": LIMIT}
    return empty | usual | {"enabled": True, "filters": {}}


def filled(schedule: ScrapeSchedule) -> Given:
    """The form of one that stands."""
    told = wire.named(schedule)
    shown = {name: told.get(WIRE.get(name, name)) for name in FIELDS}
    return {name: "" if value is None else value for name, value in shown.items()} | {"filters": schedule.filters}


def given(sent: FormData, controls: tuple[Control, ...]) -> Given:
    """What was typed; a box that is not ticked is not sent."""
    typed: Given = {name: str(sent.get(name, "")).strip()[:1_000] for name in FIELDS}
    return typed | {"enabled": typed["enabled"] == "1", "filters": typed_into(sent, controls)}


def said(form: Given, standing: Mapping[str, Any] | None = None, shown: tuple[Control, ...] = ()) -> dict[str, Any]:
    """The same as a plan is said on the wire. Of the filters that stand, those stay that the form does not show."""
    names = {control.name for control in shown}
    kept = {name: value for name, value in (standing or {}).items() if name not in names}
    plain = {WIRE.get(name, name): form[name] for name in FIELDS}
    filters = {**kept, **form["filters"]}
    return plain | {"careerProfileId": form["career_profile_id"] or None, "filters": filters or None}


def place(field: str) -> str:
    """Where a fault of the wire stands in the form: `filters.radiusKm` is at `radiusKm`."""
    steps = field.split(".")
    if steps[0] == "filters" and len(steps) > 1:
        return steps[1]
    return "career_profile_id" if field == WIRE["career_profile_id"] else field
