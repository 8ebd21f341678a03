"""One offer as it travels (sourcing.md 1.5): what the board said, cleaned, with the raw data beside it."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.shape import Document, without_nulls

MOST_OFFERS = 200
LONGEST_DESCRIPTION = 100_000
LONGEST_RAW = 64_000


def _web(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("must be an http or https address")
    return url


def _small(raw: dict[str, Any]) -> dict[str, Any]:
    if len(canonical(raw)) > LONGEST_RAW:
        raise ValueError(f"must not exceed {LONGEST_RAW} bytes")
    return raw


Web = Annotated[str, Field(max_length=2048), AfterValidator(_web)]


class Offer(Document):
    """A position offered. Dates stay as the board wrote them, in ISO form where it could be read."""

    url: Web
    title: str = Field(max_length=500)
    description: str = Field(max_length=LONGEST_DESCRIPTION)
    source: str | None = Field(None, max_length=64)
    source_id: str | None = Field(None, max_length=200)
    apply_url: Web | None = None
    posted_at: str | None = Field(None, max_length=64)
    expires_at: str | None = Field(None, max_length=64)
    source_company_profile_url: Web | None = None
    company: str | None = Field(None, max_length=500)
    location: str | None = Field(None, max_length=1_000)
    salary: str | None = Field(None, max_length=1_000)
    employment_type: str | None = Field(None, max_length=500)
    is_expired: bool | None = None
    requirements: list[str] = Field(default_factory=list, max_length=200)
    tags: list[str] = Field(default_factory=list, max_length=100)
    details: dict[str, Any] = Field(default_factory=dict)
    raw_payload: Annotated[dict[str, Any], AfterValidator(_small)] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _absent(cls, value: Any) -> Any:
        return without_nulls(value)
