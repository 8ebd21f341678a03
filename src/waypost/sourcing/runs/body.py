"""What a program may send to enqueue, parsed at the edge: documented names, ranges, nothing else (sourcing.md 1.2)."""

import json
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from waypost.sourcing.runs.addresses import LONGEST
from waypost.sourcing.runs.wish import MOST, USUAL_LIMIT, RunWish

Value = Annotated[str, Field(min_length=1, max_length=100)]
Values = Annotated[list[Value], Field(max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


def _parsed(value: Any) -> Any:
    """Filters in a query are JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("must be a JSON object") from None


class Filters(BaseModel):
    """The documented filters; which values a source knows is asked of the source."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=to_camel, validate_by_name=True, coerce_numbers_to_str=True
    )

    specializations: Values | None = None
    technologies: Values | None = None
    categories: Values | None = None
    work_modes: Values | None = None
    work_dimensions: Values | None = None
    position_levels: Values | None = None
    employment_types: Values | None = None
    experience_levels: Values | None = None
    contract_types: Values | None = None
    location: Text | None = None
    radius_km: int | None = Field(None, ge=1, le=200)
    keywords: Text | None = None
    published_within_days: int | None = Field(None, ge=1, le=3_650)
    salary_min: int | None = Field(None, ge=1, le=10_000_000)
    only_with_project_description: bool | None = None
    only_employer_offers: bool | None = None
    ukrainians_welcome: bool | None = None
    no_polish_required: bool | None = None

    def said(self) -> dict[str, Any]:
        """Under the documented names, without what was left out."""
        return self.model_dump(by_alias=True, exclude_none=True)


class Ask(BaseModel):
    """The body of `scrape`, and the query of `preflight`; all of it may be left out."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, validate_by_name=True)

    source: str | None = Field(None, min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")
    listing_url: str | None = Field(None, min_length=1, max_length=LONGEST)
    limit: int = Field(USUAL_LIMIT, ge=1, le=MOST)
    career_profile_id: UUID | None = None
    force_refresh: bool = False
    relax: bool = False
    filters: Annotated[Filters | None, BeforeValidator(_parsed)] = None

    def wish(self, *, request_id: str | None = None, key: str | None = None) -> RunWish:
        """The same as an action takes it."""
        return RunWish(
            source=self.source,
            listing_url=self.listing_url,
            limit=self.limit,
            filters=self.filters.said() if self.filters is not None else None,
            career_profile_id=self.career_profile_id,
            force_refresh=self.force_refresh,
            relax=self.relax,
            request_id=request_id,
            idempotency_key=key,
        )
