"""Values of a dimension as canonical slugs; what no dictionary knows keeps a slug of its text."""

import re
from collections.abc import Iterable
from functools import lru_cache

from waypost.sourcing.digest.dictionaries import CONTRACTS, LEVELS, SCHEDULES, WORK_MODES, Dictionary
from waypost.sourcing.digest.splitting import listed
from waypost.sourcing.digest.text import folded, slug

_BRACKETS = re.compile(r"\(([^()]*)\)")
_JSON_LD = {"contractor": "b2b", "temporary": "temporary-employment", "intern": "internship"}
"""`employmentType` of schema.org that names a kind of contract."""
SCHEMA_SCHEDULES = {"full_time": "full-time", "part_time": "part-time", "temporary": "temporary"}


def work_modes(value: object) -> list[str]:
    """remote, hybrid, onsite, mobile."""
    return _all(listed(value), WORK_MODES)


def contract_types(value: object) -> list[str]:
    """uop, b2b, mandate, specific-task, internship, substitution, agency, temporary-employment."""
    return _all(listed(value), CONTRACTS)


def work_schedules(value: object) -> list[str]:
    """full-time, part-time, temporary, shift, flexible, internship."""
    return _all(listed(value), SCHEDULES)


def seniority(value: object) -> list[str]:
    """intern, junior, mid, senior, lead, manager, director, executive."""
    return _all(listed(value), LEVELS)


def contracts_among(value: object) -> list[str]:
    """Of values that may name a contract or a schedule, as schema.org's `employmentType` does: the contracts, and what
    is neither."""
    said = listed(value)
    return _unique(_contract(one) for one in said) if said else []


def _contract(text: str) -> str:
    """ "" where it names a schedule only."""
    named = _JSON_LD.get(folded(text)) or known(text, CONTRACTS)
    is_schedule = folded(text) in SCHEMA_SCHEDULES or known(text, SCHEDULES) is not None
    return named or ("" if is_schedule else slug(text))


def schedules_among(value: object) -> list[str]:
    """The schedules among them."""
    said = listed(value)
    named = (SCHEMA_SCHEDULES.get(folded(one)) or known(one, SCHEDULES) for one in said)
    return _unique(one for one in named if one) if said else []


@lru_cache(maxsize=4_096)
def known(text: str, dictionary: Dictionary) -> str | None:
    """The canonical slug that a text means; None where the dictionary has none. What stands in brackets is read first:
    boards translate themselves there."""
    plain = folded(text)
    inner = " ".join(_BRACKETS.findall(plain))
    for said in (inner, _BRACKETS.sub(" ", plain), plain) if inner else (plain,):
        if found := _meant(said, dictionary):
            return found
    return None


def _meant(said: str, dictionary: Dictionary) -> str | None:
    if slug(said) in dictionary.slugs:
        return slug(said)
    return next((to for to, phrases in dictionary.phrases if any(_says(said, one) for one in phrases)), None)


def _says(said: str, phrase: str) -> bool:
    """The phrase begins where a word begins: `intern` is not in `internal` nor in `pinterns`."""
    return _pattern(phrase).search(said) is not None


@lru_cache(maxsize=1_024)
def _pattern(phrase: str) -> re.Pattern[str]:
    ending = r"(?![a-z])" if phrase in WHOLE else ""
    return re.compile(rf"(?<![a-z0-9]){re.escape(phrase)}{ending}")


WHOLE = frozenset({"intern", "lead", "mid", "staff", "chief", "regular", "extra", "office", "cto", "cfo", "coo", "ceo"})
"""Phrases that are whole words; the others are stems."""


def _all(values: list[str], dictionary: Dictionary) -> list[str]:
    return _unique(known(one, dictionary) or slug(one) for one in values) if values else []


def _unique(slugs: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(one for one in slugs if one))
