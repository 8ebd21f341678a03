"""What was typed into the form of a new run, read into a wish; what does not fit is told by its control."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from waypost.sourcing.runs.body import Ask
from waypost.sourcing.runs.models import Run
from waypost.sourcing.sources.controls import Control, typed_into


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it stands; `ask` is None while something does not fit."""

    source: str = ""
    listing_url: str = ""
    limit: str = "20"
    profile: str = ""
    relax: bool = False
    force: bool = False
    filters: Mapping[str, Any] = field(default_factory=dict)
    ask: Ask | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def typed_of(form: FormData, controls: tuple[Control, ...]) -> Typed:
    """Read and judged."""
    said = {name: str(form.get(name, "")).strip() for name in ("source", "listing_url", "limit", "profile")}
    filters = typed_into(form, controls)
    relax, force = (bool(form.get(name)) for name in ("relax", "force"))
    ask, errors = _judged(said, filters, relax=relax, force=force)
    return Typed(**said, relax=relax, force=force, filters=filters, ask=ask, errors=errors)


def like(run: Run) -> Typed:
    """The form of a wish that was made before."""
    return Typed(
        source=run.source_slug,
        listing_url=run.listing_url or "" if not run.filters else "",
        limit=str(run.wanted),
        profile=str(run.career_profile_id or ""),
        relax=run.relax,
        filters=run.filters,
    )


def _judged(
    said: Mapping[str, str], filters: Mapping[str, Any], *, relax: bool, force: bool
) -> tuple[Ask | None, dict[str, str]]:
    wish: dict[str, Any] = {
        "source": said["source"] or None,
        "listingUrl": said["listing_url"] or None,
        "limit": said["limit"] or 20,
        "careerProfileId": said["profile"] or None,
        "relax": relax,
        "forceRefresh": force,
        "filters": dict(filters) or None,
    }
    try:
        return Ask.model_validate(wish), {}
    except ValidationError as wrong:
        named = {"listingUrl": "listing_url", "careerProfileId": "profile"}
        faults = wrong.errors(include_input=False, include_url=False, include_context=False)
        places = [[str(step) for step in each["loc"] if step != "filters"] for each in faults]
        return None, {
            named.get(place[0], place[0]): str(each["msg"]) for place, each in zip(places, faults, strict=True) if place
        }
