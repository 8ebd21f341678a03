"""What is asked of the catalogue in an address: `q`, `source`, `category`, `mode`, `contract`, `schedule`, `level`,
`technology`, `place`, `company`, `seen_hours`, `pay_from`, `currency`, `expired`; filters may be repeated."""

from datetime import datetime, timedelta

from starlette.datastructures import QueryParams

from waypost.platform.errors import Invalid
from waypost.sourcing.digest.money_words import WITHOUT_CENTS
from waypost.sourcing.digest.text import clean
from waypost.sourcing.offers.sieve import Sieve

MOST = 20
"""Values of one filter."""
LONGEST = 200
FURTHEST = 87_600
"""Hours: ten years."""
RICHEST = 100_000_000
EXPIRED = {"": False, "no": False, "only": True, "yes": None}


class FilterUnreadable(Invalid):
    """A filter of this search cannot be read: numbers are whole and positive, `expired` is no, yes or only."""

    status = 400


def sieve_of(asked: QueryParams, now: datetime) -> Sieve:
    """The filters of an address. Refuses what cannot be read (400)."""
    hours = _number(asked, "seen_hours", FURTHEST)
    pay = _number(asked, "pay_from", RICHEST)
    return Sieve(
        words=clean(asked.get("q", "")),
        sources=_many(asked, "source"),
        categories=_many(asked, "category"),
        work_modes=_many(asked, "mode"),
        contract_types=_many(asked, "contract"),
        work_schedules=_many(asked, "schedule"),
        levels=_many(asked, "level"),
        technologies=_many(asked, "technology"),
        places=_many(asked, "place"),
        company=clean(asked.get("company", ""))[:LONGEST],
        seen_since=now - timedelta(hours=hours) if hours else None,
        salary_at_least=pay * (1 if _currency(asked) in WITHOUT_CENTS else 100) if pay else None,
        currency=_currency(asked),
        expired=_expired(asked),
    )


def _many(asked: QueryParams, name: str) -> tuple[str, ...]:
    said = (clean(one)[:LONGEST] for one in asked.getlist(name)[:MOST])
    return tuple(dict.fromkeys(one for one in said if one))


def _number(asked: QueryParams, name: str, most: int) -> int | None:
    said = asked.get(name, "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= 12 and 0 < int(said) <= most):
        raise FilterUnreadable
    return int(said)


def _currency(asked: QueryParams) -> str:
    said = asked.get("currency", "").strip().upper() or "PLN"
    if not (len(said) == 3 and said.isascii() and said.isalpha()):
        raise FilterUnreadable
    return said


def _expired(asked: QueryParams) -> bool | None:
    said = asked.get("expired", "").strip()
    if said not in EXPIRED:
        raise FilterUnreadable
    return EXPIRED[said]
