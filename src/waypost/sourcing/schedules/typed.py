"""A schedule as people and programs write it, parsed at the edge; documented names and defaults (sourcing.md 1.4)."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from waypost.sourcing.runs.body import Filters
from waypost.sourcing.schedules.models import LONGEST_CRON, LONGEST_NAME
from waypost.sourcing.schedules.refusals import BadSchedule
from waypost.sourcing.schedules.rhythm import BadCron, BadZone, Rhythm

CRON, ZONE, SOURCE, LIMIT = "0 9 * * *", "Europe/Warsaw", "pracuj-pl-it", 20
"""What is meant where nothing is said."""
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
SourceKey = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")]
PLAIN = ConfigDict(extra="forbid", alias_generator=to_camel, validate_by_name=True)


class Plan(BaseModel):
    """The body of `PUT schedule`."""

    model_config = PLAIN

    enabled: bool
    cron: str = Field(CRON, min_length=1, max_length=LONGEST_CRON)
    timezone: str = Field(ZONE, min_length=1, max_length=64)
    source: SourceKey = SOURCE
    limit: int = Field(LIMIT, ge=1, le=100)
    career_profile_id: UUID | None = None
    filters: Filters | None = None

    def rhythm(self) -> Rhythm:
        """When it comes round; refuses with `BadSchedule`, naming the field."""
        try:
            return Rhythm.of(self.cron, self.timezone)
        except BadZone:
            raise BadSchedule("timezone", "this is no time zone, such as Europe/Warsaw") from None
        except BadCron:
            raise BadSchedule("cron", "five fields: minute, hour, day, month, weekday, such as 0 9 * * 1-5") from None

    def columns(self) -> dict[str, Any]:
        """The same as a row holds it."""
        return {
            "enabled": self.enabled,
            "cron": self.rhythm().cron,
            "timezone": self.timezone,
            "source": self.source,
            "wanted": self.limit,
            "career_profile_id": self.career_profile_id,
            "filters": self.filters.said() if self.filters else {},
        }


class NamedPlan(Plan):
    """One of several schedules of a person."""

    name: Name
    enabled: bool = True


class PlanChange(BaseModel):
    """Some of the same; an absent key means unchanged."""

    model_config = ConfigDict(extra="allow")

    def onto(self, standing: dict[str, Any]) -> dict[str, Any]:
        """What was said, over what stands."""
        return standing | (self.model_extra or {})


def planned(said: dict[str, Any]) -> NamedPlan:
    """The plan, or a refusal that names the first field that does not fit."""
    try:
        return NamedPlan.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadSchedule(".".join(map(str, first["loc"])) or "plan", str(first["msg"])) from None
