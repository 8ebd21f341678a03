"""The shipped recipe, completed for one of the board's two sites."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

SITES = ("it", "general")


@cache
def _file(name: str) -> Any:
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))


def whole(told: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe with the site's filters; whatever a source says itself wins. Refuses (LookupError) other sites."""
    name = str(told.get("site", "it"))
    if name not in SITES:
        raise LookupError(f"site: '{name}' is none of {', '.join(SITES)}")
    return {**_file("recipe"), "filters": _filters(name), **told, "site": name}


def relaxation(name: str) -> list[str]:
    """The order in which lists of filters are given up on a site."""
    return list(_file("relaxation")[name])


def categories() -> dict[str, str]:
    """The general site's category → ours."""
    return dict(_file("categories"))


def _filters(name: str) -> dict[str, Any]:
    """Dictionaries put into their places: a place names the file of its values."""
    told = _file(f"filters-{name}")
    levels = _file("levels")
    places = [_place(one, name) for one in told["places"]]
    known = {meaning: number for number, meaning in levels[name].items()}
    bands = {level: [known[one] for one in meanings if one in known] for level, meanings in levels["bands"].items()}
    return {**told, "places": places, "bands": bands}


def _place(place: Mapping[str, Any], name: str) -> dict[str, Any]:
    values = place.get("values")
    if not isinstance(values, str):
        return dict(place)
    known = _file(values)
    return {**place, "values": known[name] if values == "levels" else known}
