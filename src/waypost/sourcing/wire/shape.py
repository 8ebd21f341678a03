"""How documents on the wire are written: camelCase keys, absent for null, strict or tolerant as each says."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A text without control characters."""
EventId = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$")]


def without_nulls(value: Any) -> Any:
    """A member that is null counts as absent."""
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, Mapping) else value


class Document(BaseModel):
    """One JSON object. Frozen; unknown keys are refused unless a document is for newer senders too."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )

    def written(self) -> dict[str, Any]:
        """As it travels: documented keys, without what is null."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Tolerant(Document):
    """A document of which a newer side may know more."""

    model_config = ConfigDict(extra="ignore")


Nullable = BeforeValidator(without_nulls)
