"""What a list of runs is narrowed by: the documented query, and the same for pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from waypost.sourcing.wire.words import FailureType, RunState

USUAL_HOURS, MOST_HOURS = 168, 720
FURTHEST = 10_000
"""Where documented offsets end; cursors go on."""
EXPORTED, MOST_EXPORTED = 200, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which runs. `person` None: everybody's, for operators."""

    person: UUID | None
    since: datetime
    status: RunState | None = None
    failure_type: FailureType | None = None
    source: str | None = None
    retried_from: UUID | None = None
    include_retried: bool = True


class AskedFilters(BaseModel):
    """The filters of `GET runs`."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid")

    status: RunState | None = None
    retried_from: UUID | None = None
    failure_type: FailureType | None = None
    source: str | None = Field(None, max_length=64)
    window_hours: int = Field(USUAL_HOURS, ge=1, le=MOST_HOURS)
    include_retried: bool = True
    """False leaves out runs that repeat a failed one."""

    def filters(self, person: UUID | None, now: datetime) -> Filters:
        """As the questions take them."""
        return Filters(
            person=person,
            since=now - timedelta(hours=self.window_hours),
            status=self.status,
            failure_type=self.failure_type,
            source=self.source,
            retried_from=self.retried_from,
            include_retried=self.include_retried,
        )


class AskedRuns(AskedFilters):
    """With the place in the list."""

    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=FURTHEST)


class AskedExport(AskedFilters):
    """For the CSV; a larger `limit` is cut down to `MOST_EXPORTED`."""

    limit: int = Field(EXPORTED, ge=1)

    @property
    def most(self) -> int:
        """Rows of the file."""
        return min(self.limit, MOST_EXPORTED)
