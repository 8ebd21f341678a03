"""Loosening filters, one step at a time and only where a person asked for it (sourcing.md 4.2, step 5). Pure.

Hard constraints are never given up, at most three steps are taken, and what they find is marked.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

MOST_STEPS = 3
LISTS = ("technologies", "specializations", "workModes", "contractTypes", "workDimensions", "positionLevels")
DAYS = (1, 3, 7, 14, 30)
FLAGS = ("onlyWithProjectDescription", "onlyEmployerOffers", "ukrainiansWelcome", "noPolishRequired")
WIDEST, WIDER = 200, 25
LESS = 0.7
Filters = Mapping[str, Any]


def relaxed(
    filters: Filters, *, order: Sequence[str] = LISTS, hard: Collection[str] = ()
) -> tuple[dict[str, Any], str] | None:
    """The filters with one thing less, and the step's name; None where nothing may be given up any more."""
    soft = {name: value for name, value in filters.items() if name not in hard and value not in (None, "", [], False)}
    for name in order:
        if soft.get(name):
            return _changed(filters, name, list(soft[name])[:-1] or None), f"drop_{name}"
    for name, change in (("publishedWithinDays", _older), ("salaryMin", _cheaper), ("radiusKm", _wider)):
        if name in soft:
            value = change(soft[name])
            return _changed(filters, name, value), f"relax_{name}" if value else f"remove_{name}"
    return _flag(filters, soft) or _place_or_word(filters, soft)


def _flag(filters: Filters, soft: Filters) -> tuple[dict[str, Any], str] | None:
    return next(((_changed(filters, name, None), f"remove_{name}") for name in FLAGS if name in soft), None)


def _place_or_word(filters: Filters, soft: Filters) -> tuple[dict[str, Any], str] | None:
    if "location" in soft:
        return _changed(filters, "location", None), "remove_location"
    if "keywords" in soft:
        fewer = " ".join(str(soft["keywords"]).split()[:-1])
        return _changed(filters, "keywords", fewer or None), "drop_keyword" if fewer else "remove_keywords"
    return None


def _changed(filters: Filters, name: str, value: Any) -> dict[str, Any]:
    rest = {key: one for key, one in filters.items() if key != name}
    return rest if value is None else {**rest, name: value}


def _older(days: Any) -> int | None:
    return next((step for step in DAYS if step > int(days)), None)


def _cheaper(amount: Any) -> int | None:
    least = int(int(amount) * LESS)
    return least if least > 1 else None


def _wider(radius: Any) -> int | None:
    return None if int(radius) >= WIDEST else min(WIDEST, int(radius) + WIDER)
