"""What people and programs say about a source, parsed once; what is left out of a change stays as it is."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from waypost.archive.sources.models import Described, Source
from waypost.platform.errors import Invalid
from waypost.platform.http.addresses import Trust
from waypost.platform.http.hardening import NotAnAddress, split

LONGEST_CA = 200_000
LARGEST = 1 << 40
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]
Bytes = Annotated[int, Field(ge=0, le=LARGEST)]


class TokenNeeded(Invalid):
    """A source needs the API token of an account there."""

    def __init__(self) -> None:
        super().__init__(errors=[{"field": "token", "message": "A token is needed"}])


def _address(text: str) -> str:
    """Without `/api/v1` and slashes at its end: people paste what they see."""
    try:
        split(text)
    except NotAnAddress:
        raise ValueError(
            "An address begins with https:// and names a host, such as https://desk.acme.example"
        ) from None
    return text.partition("#")[0].partition("?")[0].rstrip("/").removesuffix("/api/v1").rstrip("/")


class TypedSource(BaseModel):
    """A source; `token` may be left out where one stands already."""

    model_config = ConfigDict(hide_input_in_errors=True)

    name: Line
    base_url: Annotated[Line, AfterValidator(_address)]
    token: Annotated[SecretStr, Field(max_length=1_000)] = SecretStr("")
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 10
    verify_tls: bool = True
    ca_pem: Annotated[str, Field(max_length=LONGEST_CA)] | None = None
    field_path: Line = "archive_path"
    field_user_mode: Line = "archive_user_mode"
    field_user: Line = "archive_user"
    trigger_tag: Line = "pdf:sign"
    require_tag: bool = True
    acknowledge: bool = True
    keep_files: bool = False
    max_file_bytes: Bytes = 10_485_760
    max_total_bytes: Bytes = 52_428_800
    strict_files: bool = False
    keep_raw: bool = False
    keep_history: bool = False

    def described(self, trust: Trust) -> Described:
        """As the actions take it."""
        said = self.model_dump(exclude={"token", "ca_pem"})
        ca = (self.ca_pem or "").strip() or None
        return Described(**said, trust=trust, token=self.token.get_secret_value().strip(), ca_pem=ca)


class TypedChange(BaseModel):
    """Some of the same, for `PATCH`."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="allow")

    def onto(self, source: Source) -> TypedSource:
        """All of it; an address that stays keeps the word of whoever wrote it down."""
        return merged(source, self.model_extra or {})


def standing_values(source: Source) -> dict[str, Any]:
    """What a source says now, by the names of the form; never its token."""
    return {name: getattr(source, name) for name in TypedSource.model_fields if name != "token"}


def merged(source: Source, given: Mapping[str, Any]) -> TypedSource:
    """What stands, with what was said now."""
    return TypedSource.model_validate({**standing_values(source), **given})


def trust_of(source: Source, typed: TypedSource) -> Trust:
    """Another address is a tenant's word, whoever wrote the first one down."""
    return Trust(source.trust) if typed.base_url == source.base_url else Trust.TENANT
