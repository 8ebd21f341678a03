"""What a salary text says: amounts in minor units, currency, period, kind; one for each variant of the contract.

Polish, German and English as boards write them: `12 000 – 18 000 zł netto (+ VAT) / mies.`, `ab 3.500,50 € brutto pro
Monat`, `£40k–£55k p.a.`, `50000-60000 PLN YEAR`. Nothing is guessed from a page: the adapter hands in the text of the
salary section alone (sourcing.md 4.7).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from waypost.sourcing.digest.money_words import (
    CURRENCY,
    KINDS,
    MULTIPLIERS,
    PERIODS,
    TIMES,
    WITHOUT_CENTS,
    currency_of,
    first_of,
    strongest_of,
)
from waypost.sourcing.digest.text import folded

LONGEST = 1_000
"""Characters that are read."""
MOST = 10**13
"""Minor units; larger is no salary."""
_NUMBER = r"(?<![\d.,])(?:\d{1,3}(?:[ '’.,]\d{3})+(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?)(?![.,]?\d)(?! ?%)"
_DASH = r" ?(?:-|\bdo\b|\bto\b|\bbis\b|\band\b|\bund\b|\btill\b) ?"


def _amount(name: str) -> str:
    """A number with what multiplies it, as two named groups."""
    return rf"(?P<{name}>{_NUMBER})(?: ?(?P<{name}_times>{'|'.join(MULTIPLIERS)})\b\.?)?"


def _sign(name: str) -> str:
    return rf"(?P<{name}>{CURRENCY})"


_SAID = re.compile(
    rf"(?:{_sign('before')} ?)?{_amount('low')}(?: ?{_sign('between')})?"
    rf"(?:{_DASH}(?:{_sign('again')} ?)?{_amount('high')})?(?: ?{_sign('after')})?"
)
_GROUPS = re.compile(r"[ '’.,](?=\d{3}(?:\D|$))")
_VARIANT = re.compile(r"[;|]|, |\blub\b|\bor\b|\boder\b")
_PLAIN = re.compile(
    r"[\s\-–/.,:()+]|\b(?:od|do|from|up|to|ab|bis|min|max|ca|okolo|about|von|between|vat|per|pro|na|za|an?)\b"
)


@dataclass(frozen=True, slots=True)
class Money:
    """A salary; `min` is never above `max`, and equals it where one number was said."""

    min: int
    """Minor units (grosz, cent); whole units where a currency has none."""
    max: int
    currency: str | None
    """ISO 4217."""
    period: str | None
    """hour, day, week, month, year."""
    kind: str | None
    """net, gross, net-plus-vat."""


@lru_cache(maxsize=8_192)
def salaries(text: str, *, currency: str | None = None) -> tuple[Money, ...]:
    """Every variant that a text names, in its order; `currency` is that of a source which never writes it."""
    plain = folded(text[:LONGEST]).translate(_DASHES)
    found = list(_SAID.finditer(plain))
    signed = [one for one in found if _own(one)]
    named = currency_of(_first_sign(plain)) or currency
    if not signed and not (named or _nothing_else(plain)):
        return ()
    variants = signed or found
    read = (_money(plain, variants, number, named) for number in range(len(variants)))
    return tuple(dict.fromkeys(one for one in read if one))


def salary(text: str, *, currency: str | None = None) -> Money | None:
    """The first variant."""
    return next(iter(salaries(text, currency=currency)), None)


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def _money(plain: str, variants: list[re.Match[str]], number: int, named: str | None) -> Money | None:
    said = variants[number]
    low, high = _bounds(said)
    code = currency_of(_own(said)) or named
    units = 1 if code in WITHOUT_CENTS else 100
    least, most = sorted((int(low * units), int(high * units)))
    if not 0 < most <= MOST:
        return None
    around = _around(plain, variants, number)
    period, kind = first_of(PERIODS, around[1]), strongest_of(KINDS, around[1])
    return Money(least, most, code, period or first_of(PERIODS, around[0]), kind or strongest_of(KINDS, around[0]))


def _bounds(said: re.Match[str]) -> tuple[Decimal, Decimal]:
    """Both ends: `10-15k` multiplies both, `8000-12k` does not."""
    low, high = _decimal(said["low"]), _decimal(said["high"] or said["low"])
    times, more = TIMES.get(said["low_times"] or "", 1), TIMES.get(said["high_times"] or "", 1)
    if said["high"] is None:
        return low * times, low * times
    if said["low_times"] is None and more > 1 and low < 1_000:
        times = more
    return low * times, high * more


def _decimal(number: str) -> Decimal:
    """`1.500,50`, `1,500.50`, `1 500`, `4.5`: three digits after a mark are thousands."""
    return Decimal(_GROUPS.sub("", number).replace(",", "."))


def _around(plain: str, variants: list[re.Match[str]], number: int) -> tuple[str, str]:
    """What belongs to a variant: before it from where the last one ended, behind it up to the next one's words."""
    begun = variants[number - 1].end() if number else 0
    ends = variants[number + 1].start() if number + 1 < len(variants) else len(plain)
    head = _VARIANT.split(plain[begun : variants[number].start()])[-1]
    tail = plain[variants[number].end() : ends]
    return head, _VARIANT.split(tail)[0] if number + 1 < len(variants) else tail


def _own(said: re.Match[str]) -> str | None:
    return said["after"] or said["before"] or said["again"] or said["between"]


def _first_sign(plain: str) -> str | None:
    match = re.search(CURRENCY, plain)
    return match[0] if match else None


def _nothing_else(plain: str) -> bool:
    """Nothing but numbers and words of pay: without a currency only that is a salary."""
    rest = re.sub(_NUMBER, " ", plain)
    for _, sign in (*PERIODS, *KINDS):
        rest = re.sub(rf"(?:{sign.pattern})[a-z]*", " ", rest)
    return not _PLAIN.sub("", re.sub(rf"\b(?:{'|'.join(MULTIPLIERS)})\b", " ", rest))


HOURS, DAYS = 168, 21
"""Of a month, where salaries of different periods are compared."""
_MONTHLY = {"hour": (HOURS, 1), "day": (DAYS, 1), "week": (52, 12), "month": (1, 1), "year": (1, 12)}


def monthly(money: Money) -> int:
    """The upper end as minor units a month, for comparing. Without a period the size tells: below 1,000 units an hour,
    below 30,000 a month, else a year."""
    units = money.max // (1 if money.currency in WITHOUT_CENTS else 100)
    guessed = "hour" if units < 1_000 else "month" if units < 30_000 else "year"
    times, parts = _MONTHLY[money.period or guessed]
    return money.max * times // parts
