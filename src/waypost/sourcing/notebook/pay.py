"""Pay as people read it: whole units with their cents, from the minor units that are kept. Pure."""

from decimal import Decimal
from typing import Any

from waypost.sourcing.digest.money_words import WITHOUT_CENTS


def units_of(currency: str | None) -> int:
    """How many minor units make a whole one."""
    return 1 if currency in WITHOUT_CENTS else 100


def amounts(row: Any) -> tuple[Decimal, ...]:
    """The ends of an offer's pay, one where both are the same; none where what the board wrote could not be read."""
    said = (one for one in (row.salary_min, row.salary_max) if one is not None)
    return tuple(Decimal(one) / units_of(row.salary_currency) for one in dict.fromkeys(said))
