"""What callers may send: a task, bare or in its envelope, and a wish to replay. Every refusal says what and where."""

import json
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationError

from waypost.platform.errors import Invalid
from waypost.sourcing.wire.shape import Document
from waypost.sourcing.wire.task import NAME, Task


class BadRequest(Invalid):
    """The request body is invalid."""

    status: ClassVar[int] = 400


class ReplayWish(Document):
    """Which dead letters to send again; all of them where nothing is said. Unknown members are refused."""

    source_run_id: str | None = Field(None, max_length=64)
    kind_of_failure: Literal["transient", "permanent"] | None = Field(None, alias="class")
    older_than_minutes: int = Field(0, ge=0, le=100_000)
    limit: int = Field(500, ge=1, le=500)
    dry_run: bool = False
    include_waiting: bool = False
    """Also what the scraper still tries by itself."""


def task_of(content: bytes) -> Task:
    """The task of a body. Refuses with `BadRequest`."""
    value = _json(content)
    if isinstance(value, dict) and "payload" in value and "source" not in value:
        if value.get("name") != NAME:
            raise BadRequest(errors=[{"field": "name", "message": f"must be {NAME}"}])
        value = value["payload"]
    try:
        return Task.model_validate(value)
    except ValidationError as error:
        raise BadRequest(errors=_details(error)) from None


def wish_of(content: bytes) -> ReplayWish:
    """The wish of a body; an empty one wishes for all. Refuses with `BadRequest`."""
    try:
        return ReplayWish.model_validate(_json(content) if content.strip() else {})
    except ValidationError as error:
        raise BadRequest(errors=_details(error)) from None


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise BadRequest(errors=[{"field": "body", "message": "is not JSON"}]) from None


def _details(error: ValidationError) -> list[dict[str, Any]]:
    """Where and why, never the value."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [{"field": ".".join(map(str, each["loc"])) or "body", "message": each["msg"]} for each in found]
