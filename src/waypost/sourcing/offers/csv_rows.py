"""The catalogue as CSV, however large."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from waypost.platform.sheets import lines
from waypost.sourcing.digest.money_words import WITHOUT_CENTS
from waypost.sourcing.offers.search import walk
from waypost.sourcing.offers.sieve import Sieve

if TYPE_CHECKING:
    from waypost.platform.web.doors import Stages

COLUMNS = (
    "id",
    "source",
    "title",
    "company",
    "location",
    "salary",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "salary_kind",
    "employment_type",
    "category",
    "work_modes",
    "contract_types",
    "seniority",
    "technologies",
    "posted_at",
    "expires_at",
    "is_expired",
    "first_seen_at",
    "last_seen_at",
    "url",
)
STEP = 500
"""Offers of one pack."""
LISTS = {
    "work_modes": "workModes",
    "contract_types": "contractTypes",
    "seniority": "seniority",
    "technologies": "technologies",
}


async def csv_of(stages: "Stages", sieve: Sieve) -> AsyncIterator[str]:
    """Head and rows in packs. A stream opens its own work: the request's is closed before the first byte."""
    yield lines([COLUMNS])
    async with stages.open(reads=True) as work:
        async for offers in walk(work.db, sieve, step=STEP):
            yield lines(cells(one) for one in offers)


def cells(offer: Any) -> list[Any]:
    """One offer in the order of `COLUMNS`; amounts in whole units with their cents."""
    return [_value(offer, name) for name in COLUMNS]


def _value(offer: Any, name: str) -> Any:
    if name in LISTS:
        return "; ".join(map(str, offer.facets.get(LISTS[name], ())))
    value = getattr(offer, name)
    if name in ("salary_min", "salary_max") and value is not None:
        return value if offer.salary_currency in WITHOUT_CENTS else Decimal(value) / 100
    return value
