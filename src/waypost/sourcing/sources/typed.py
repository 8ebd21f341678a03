"""What people and programs say about a source, parsed once (every sentence names its field)."""

import json
import re
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from waypost.sourcing.sources.addresses import fault_of
from waypost.sourcing.sources.models import MOST_PAGES, QUICKEST_MS, SLOWEST_MS, USUAL_MS, USUAL_PAGES
from waypost.sourcing.sources.recipes import faults, known

LONGEST_RECIPE = 100_000
HOST = re.compile(r"^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
CLOCK = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)$")
MOST_HOSTS = 20
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Note = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2_000, pattern=r"^[^\x00\ufffe\uffff]+$")
]


def _hosts(said: Any) -> Any:
    """Lines, words or a list, in lower case and each once."""
    if isinstance(said, str):
        said = re.split(r"[\s,;]+", said)
    if not isinstance(said, list):
        return said
    return list(dict.fromkeys(str(each).strip().lower().rstrip(".") for each in said if str(each).strip()))


def _host(name: str) -> str:
    if not HOST.match(name):
        raise ValueError(f"'{name}' is no host; write it without https:// and path, such as jobs.acme.example")
    return name


def _recipe(said: Any) -> Any:
    """JSON text from a form, or the object itself."""
    if said is None or isinstance(said, dict):
        return said
    if not isinstance(said, str) or len(said) > LONGEST_RECIPE:
        raise ValueError("A recipe is a JSON object")
    if not said.strip():
        return None
    try:
        read = json.loads(said)
    except ValueError as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"This is no JSON{where}") from None
    if not isinstance(read, dict):
        raise ValueError("A recipe is a JSON object, in braces")
    return read


def _minute(said: Any) -> Any:
    """`06:30` as minutes of the day."""
    if said is None or said == "":
        return None
    found = CLOCK.match(said.strip()) if isinstance(said, str) else None
    if found is None:
        raise ValueError("Write a time as 06:30")
    return int(found[1]) * 60 + int(found[2])


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        raise ValueError(f"'{name}' is no time zone; write one as Europe/Warsaw") from None


def _listing(said: Any) -> Any:
    return said.strip() or None if isinstance(said, str) else said


Hosts = Annotated[
    list[Annotated[str, AfterValidator(_host)]], BeforeValidator(_hosts), Field(max_length=MOST_HOSTS, min_length=1)
]
Minute = Annotated[int | None, BeforeValidator(_minute)]


class TypedSource(BaseModel):
    """A source as it is set up."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="ignore")

    name: Line
    adapter: Annotated[Line, AfterValidator(known)]
    recipe: Annotated[dict[str, Any] | None, BeforeValidator(_recipe)] = None
    hosts: Hosts
    listing_url: Annotated[Annotated[str, Field(max_length=2_048)] | None, BeforeValidator(_listing)] = None
    window_from: Minute = None
    window_until: Minute = None
    window_zone: Annotated[Line, AfterValidator(_zone)] = "UTC"
    interval_ms: int = Field(USUAL_MS, ge=QUICKEST_MS, le=SLOWEST_MS)
    page_cap: int = Field(USUAL_PAGES, ge=1, le=MOST_PAGES)

    @model_validator(mode="before")
    @classmethod
    def _hosts_of_the_list(cls, said: Any) -> Any:
        """Without hosts, that of the list's address."""
        if isinstance(said, dict) and not said.get("hosts") and isinstance(said.get("listing_url"), str):
            host = _host_of(said["listing_url"])
            return said | ({"hosts": [host]} if host else {})
        return said

    @field_validator("recipe")
    @classmethod
    def _understood(cls, recipe: dict[str, Any] | None, info: ValidationInfo) -> dict[str, Any] | None:
        """By the adapter, where that is known."""
        if "adapter" in info.data and (wrong := faults(info.data["adapter"], recipe or {})):
            raise ValueError("; ".join(wrong))
        return recipe

    @field_validator("listing_url")
    @classmethod
    def _on_a_host(cls, url: str | None, info: ValidationInfo) -> str | None:
        """The list lies on one of the hosts, encrypted."""
        wrong = fault_of(url, info.data["hosts"], plain=_plain(info.data)) if url and "hosts" in info.data else None
        if wrong:
            raise ValueError(wrong)
        return url

    @field_validator("window_until")
    @classmethod
    def _whole_window(cls, until: int | None, info: ValidationInfo) -> int | None:
        if "window_from" in info.data and (until is None) != (info.data["window_from"] is None):
            raise ValueError("A window has a beginning and an end, or neither")
        return until

    def columns(self) -> dict[str, Any]:
        """As the actions take it."""
        return self.model_dump()


class SentSource(TypedSource):
    """The same from a program: a misspelt key is refused."""

    model_config = ConfigDict(extra="forbid")


class TypedPermission(BaseModel):
    """Why a source may be asked."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid")

    note: Note


class TypedOverride(BaseModel):
    """The documented body: 0 minutes end a pause now."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)

    minutes: int = Field(0, ge=0, le=240, alias="expiresInMinutes")
    note: str | None = Field(None, max_length=256)


def _plain(said: dict[str, Any]) -> bool:
    """Whether the recipe allows http and any port: a test board in one's own network."""
    return bool((said.get("recipe") or {}).get("http"))


def _host_of(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""
