"""What a source makes of filters: which values it knows, and which address they lead to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from waypost.sourcing.adapters.registry import BadRecipe, UnknownAdapter, adapter
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.sources.models import Source

MODES = {"remote": "home-office", "hybrid": "hybrid", "onsite": "full-office", "mobile": "mobile"}
CONTRACTS = {
    "uop": "0",
    "specific-task": "1",
    "mandate": "2",
    "b2b": "3",
    "substitution": "4",
    "agency": "5",
    "temporary-employment": "6",
    "internship": "7",
}
"""What profiles say → the documented values of the filter (sourcing.md 1.2)."""


@dataclass(frozen=True, slots=True)
class Words:
    """Filters as a source takes them, where they lead, and what it does not know (`droppedFilters`: field → values)."""

    url: str | None = None
    accepted: dict[str, Any] = field(default_factory=dict)
    dropped: dict[str, list[Any]] = field(default_factory=dict)


def worded(source: Source, filters: Mapping[str, Any]) -> Words:
    """Keep what the source's dictionaries know. A source without filters drops all, and has its own list."""
    said = {name: value for name, value in filters.items() if value not in (None, [], "", False)}
    try:
        made = adapter(source.adapter).address(source.recipe, said)
    except (UnknownAdapter, BadRecipe):
        made = None
    if made is None:
        return Words(source.listing_url, {}, {name: _listed(value) for name, value in said.items()})
    return Words(made.url if made.accepted else source.listing_url or made.url, dict(made.accepted), dict(made.dropped))


def of_profile(source: Source, profile: Profile) -> dict[str, Any]:
    """What a profile looks for, in the words of this very source: levels have other numbers on each site (row 51)."""
    said = profile.filters()
    said["workModes"] = [MODES[one] for one in said.get("workModes", []) if one in MODES]
    said["contractTypes"] = [CONTRACTS[one] for one in said.get("contractTypes", []) if one in CONTRACTS]
    bands = [_band(source, level) for level in said.get("positionLevels", [])]
    said["positionLevels"] = list(dict.fromkeys(each for band in bands for each in band))
    return {name: value for name, value in said.items() if value}


def _band(source: Source, level: str) -> list[str]:
    try:
        return adapter(source.adapter).band(source.recipe, level)
    except (UnknownAdapter, BadRecipe):
        return []


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
