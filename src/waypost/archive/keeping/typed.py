"""What people and programs send about keeping, parsed once."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from waypost.archive.keeping.actions import Wanted
from waypost.archive.keeping.models import RetentionClass
from waypost.platform.errors import Invalid

PLAIN = ConfigDict(extra="ignore", hide_input_in_errors=True)


class ClassRefused(Invalid):
    """Something in this retention class does not fit."""


def _nothing(value: Any) -> Any:
    """An empty field of a form says nothing."""
    return None if isinstance(value, str) and not value.strip() else value


def _zero(value: Any) -> Any:
    return 0 if _nothing(value) is None else value


Short = Annotated[str | None, StringConstraints(strip_whitespace=True, max_length=200), BeforeValidator(_nothing)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)]


class TypedClass(BaseModel):
    """A whole retention class."""

    model_config = PLAIN

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    years: Annotated[int, Field(ge=0, le=200), BeforeValidator(_zero)] = 0
    days: Annotated[int, Field(ge=0, le=36_500), BeforeValidator(_zero)] = 0
    priority: Annotated[int, Field(ge=0, le=10_000)] = 100
    origin_kind: Annotated[str | None, StringConstraints(pattern=r"^[a-z_]{1,40}$"), BeforeValidator(_nothing)] = None
    path_prefix: Short = None
    tag: Short = None

    def wanted(self) -> Wanted:
        """As the action takes it."""
        return Wanted(**self.model_dump())


class ClassChange(BaseModel):
    """What changes of a class; an absent key means unchanged."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)


FIELDS = tuple(TypedClass.model_fields)


def typed_class(given: dict[str, Any]) -> Wanted:
    """A form's or a change's fields; what is wrong is named by field."""
    try:
        return TypedClass.model_validate(given).wanted()
    except ValidationError as wrong:
        found = [{"field": str(one["loc"][0]), "msg": one["msg"]} for one in wrong.errors(include_input=False)]
        raise ClassRefused(errors=found) from None


def fields_of(kept: RetentionClass) -> dict[str, Any]:
    """A class as its form shows it."""
    return {name: getattr(kept, name) for name in FIELDS}


class Why(BaseModel):
    """A reason."""

    model_config = PLAIN

    reason: Reason


class Proposal(BaseModel):
    """Records to be erased: those chosen, or all that concern an address."""

    model_config = PLAIN

    record_ids: Annotated[list[UUID], Field(max_length=1_000)] = []
    concerns: Annotated[str | None, StringConstraints(strip_whitespace=True, max_length=320)] = None
    reason: Reason

    @model_validator(mode="after")
    def _one_way(self) -> "Proposal":
        if bool(self.record_ids) == bool(self.concerns):
            raise ValueError("give record_ids or concerns")
        return self
