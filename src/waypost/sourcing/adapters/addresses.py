"""Filters → a listing's address, by data: which values a site knows, and where in its address each one stands."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from waypost.sourcing.adapters.found import Address

Known = Annotated[
    dict[str, str], BeforeValidator(lambda value: {str(v): str(v) for v in value} if isinstance(value, list) else value)
]
"""Value → what it means (or, in a path, how it is written there)."""


class Place(BaseModel):
    """Where one filter stands."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    filter: str
    param: str | None = None
    """In the query under this name; without one it is a step of the path."""
    form: str = Field("{}", alias="as")
    """Of a step of the path: the braces take the value."""
    values: Known | None = None
    """All values that the site knows; anything goes where it is absent."""
    range: tuple[int, int] | None = None
    flag: str | None = None
    """Said when the filter is true."""
    unless: str | None = None
    """Only without that other filter."""
    beside: str | None = None
    """Only with it."""


class Filters(BaseModel):
    """All filters of a site."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str
    places: tuple[Place, ...]
    aliases: dict[str, str] = {}
    bands: dict[str, list[str]] = {}
    """A profile's level → values of `positionLevels`, in this site's own numbers."""


def address(filters: Mapping[str, Any], known: Filters) -> Address:
    """The address; `dropped` names each filter with the values that the site does not know."""
    wanted = _named(filters, known.aliases)
    accepted: dict[str, object] = {}
    dropped: dict[str, list[object]] = {}
    path: list[str] = []
    query: dict[str, str] = {}
    for name, value in wanted.items():
        kept, lost = _judged(value, [one for one in known.places if one.filter == name])
        dropped |= {name: lost} if lost else {}
        accepted |= {} if kept is None else {name: kept}
    for place in known.places:
        if place.filter in accepted and _applies(place, accepted):
            text = _written(accepted[place.filter], place)
            if place.param:
                query[place.param] = text
            else:
                path.append(quote(place.form.replace("{}", text), safe=";,"))
    tail = f"?{urlencode(query, safe=',')}" if query else ""
    return Address("/".join([known.base.rstrip("/"), *path]) + tail, accepted, dropped)


def _named(filters: Mapping[str, Any], aliases: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in filters.items():
        own = aliases.get(name, name)
        if value not in (None, "", [], False) and not (own in told and name in aliases):
            told[own] = value
    return told


def _judged(value: Any, places: list[Place]) -> tuple[Any, list[object]]:
    """What stays of a value, and what goes."""
    if not places:
        return None, list(value) if isinstance(value, list | tuple) else [value]
    place = places[0]
    if isinstance(value, list | tuple):
        kept = [str(one) for one in value if place.values is None or str(one) in place.values]
        return kept or None, [one for one in value if str(one) not in kept]
    return (value, []) if _fits(value, place) else (None, [value])


def _fits(value: Any, place: Place) -> bool:
    if place.flag is not None:
        return value is True
    if place.range is not None:
        number = isinstance(value, int) and not isinstance(value, bool)
        return number and place.range[0] <= value <= place.range[1]
    return place.values is None or str(value) in place.values


def _applies(place: Place, accepted: Mapping[str, object]) -> bool:
    return (place.unless is None or place.unless not in accepted) and (place.beside is None or place.beside in accepted)


def _written(value: object, place: Place) -> str:
    if place.flag is not None:
        return place.flag
    if isinstance(value, list):
        return ",".join(map(str, value))
    return (place.values or {}).get(str(value), str(value)) if place.param is None else str(value)
