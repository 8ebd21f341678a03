"""What people type into a rule, parsed once, for form and program alike."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from waypost.platform.errors import Invalid
from waypost.ticketing.messages.models import Direction
from waypost.ticketing.routing.models import HIGHEST, RoutingRule
from waypost.ticketing.tickets.models import Priority, Status

UNSEEN = re.compile(r"[\x00-\x1f\x7f]")


def _visible(text: str) -> str:
    if UNSEEN.search(text):
        raise ValueError("Control characters cannot be part of it")
    return text


def _nothing(value: Any) -> Any:
    """An empty field of a form means: not set."""
    return None if isinstance(value, str) and not value.strip() else value


def _chosen(value: Any) -> Any:
    """An empty field of a form chooses nothing."""
    return [one for one in value if one != ""] if isinstance(value, list) else value or []


def _once_each(ids: list[UUID]) -> list[UUID]:
    return sorted(set(ids))


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_visible)]
Pattern = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=320), AfterValidator(_visible)
]
Domain = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=255), AfterValidator(_visible)
]
Unset = BeforeValidator(_nothing)
Tags = Annotated[list[UUID], Field(max_length=20), AfterValidator(_once_each), BeforeValidator(_chosen)]


class TypedRule(BaseModel):
    """A rule as documented; `action_set_priority` and `action_add_tag_ids` are ours. What is absent has its default."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    name: Name
    is_enabled: bool = True
    priority: Annotated[int, Field(ge=0, le=HIGHEST)] = 100
    match_recipient_pattern: Annotated[Pattern | None, Unset] = None
    match_sender_domain_pattern: Annotated[Domain | None, Unset] = None
    match_sender_email_pattern: Annotated[Pattern | None, Unset] = None
    match_direction: Annotated[Direction | None, Unset] = None
    action_assign_queue_id: Annotated[UUID | None, Unset] = None
    action_assign_user_id: Annotated[UUID | None, Unset] = None
    action_set_status: Annotated[Status | None, Unset] = None
    action_set_priority: Annotated[Priority | None, Unset] = None
    action_drop: bool = False
    action_auto_close: bool = False
    action_add_tag_ids: Tags = []

    @model_validator(mode="after")
    def _one_assignee_and_some_act(self) -> Self:
        if self.action_assign_queue_id and self.action_assign_user_id:
            raise ValueError("Give the ticket to a queue or to a person, not to both")
        flags = self.action_drop or self.action_auto_close or self.action_set_status or self.action_set_priority
        if not (flags or self.action_assign_queue_id or self.action_assign_user_id or self.action_add_tag_ids):
            raise ValueError("A rule needs at least one action")
        return self


FIELDS = tuple(TypedRule.model_fields)


def typed_rule(given: Mapping[str, Any]) -> TypedRule:
    """Refuses with every field that does not fit (422)."""
    try:
        return TypedRule.model_validate(dict(given))
    except ValidationError as wrong:
        errors = [
            {
                "field": ".".join(map(str, each["loc"])),
                "msg": str(each["msg"]).removeprefix("Value error, "),
                "type": each["type"],
            }
            for each in wrong.errors(include_url=False, include_input=False, include_context=False)
        ]
        spoken = [f"{each['field']}: {each['msg']}" if each["field"] else each["msg"] for each in errors]
        raise Invalid("; ".join(spoken), errors=errors) from None


def fields_of(rule: RoutingRule) -> dict[str, Any]:
    """A rule as it would be typed."""
    return {name: getattr(rule, name) for name in FIELDS}
