"""Soft wishes of a profile: points where an offer grants them, a gap where it does not say. Pure."""

from dataclasses import dataclass

from waypost.sourcing.notebook.profile import Wishes
from waypost.sourcing.notebook.sight import Sight


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish: what it gave of what it could, and the gap it leaves."""

    key: str
    points: float
    of: float
    matched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    gap: str = ""


def wish(key: str, of: float, wanted: tuple[str, ...], found: tuple[str, ...]) -> Wish:
    """All its points when the offer has any of what is wanted."""
    granted = tuple(one for one in wanted if one in found)
    if granted or not wanted:
        return Wish(key, of if granted else 0.0, of if wanted else 0.0, granted)
    return Wish(key, 0.0, of, (), wanted, "" if found else key)


def salary_wish(of: float, soft: Wishes, seen: Sight) -> Wish:
    """All its points when the most that is paid reaches what is wished for, in the same currency."""
    if soft.salary is None:
        return Wish("salary", 0.0, 0.0)
    asked = f"{soft.salary} {soft.currency}"
    if seen.pay is None or (seen.currency and seen.currency != soft.currency):
        return Wish("salary", 0.0, of, (), (asked,), "salary")
    if seen.pay >= soft.salary:
        return Wish("salary", of, of, (f"{seen.pay} {soft.currency}",))
    return Wish("salary", 0.0, of, (), (asked,))
