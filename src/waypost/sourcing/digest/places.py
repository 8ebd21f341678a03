"""Places of work: city, region, country, or anywhere. Streets, postal codes and districts are left out."""

import re
from dataclasses import dataclass
from functools import lru_cache

from waypost.sourcing.digest.gazetteer import CITIES, COUNTRIES, REGIONS
from waypost.sourcing.digest.text import folded, line, slug

LONGEST = 1_000
MOST = 20
"""Places of one offer."""
_APART = re.compile(r"\n|;|\||[•·]| / ")
_PARTS = re.compile(r",|\(|\)| - | – ")
_REMOTE = re.compile(
    r"\bremote\b|\bzdaln|\bhome ?-?office\b|\btelecommute\b|\banywhere\b|\bfernarbeit\b|\bcala polska\b"
)
_STREET = re.compile(r"\d|^(?:ul|al|aleja|pl|os|plac|ulica)\b\.? |stra(?:ss|ß)e\b|str\.|\bstreet\b|\broad\b|\bavenue\b")
_POSTAL = re.compile(r"\b\d{2}-\d{3}\b|\b\d{4,5}\b")
_LABEL = re.compile(r"^(?:woj(?:ewodztwo)?\.?|region|land|miasto|city of|powiat|pow\.?) ")


@dataclass(frozen=True, slots=True)
class Place:
    """One place; what a board did not say is None."""

    city: str | None = None
    region: str | None = None
    """A slug: `mazowieckie`, `bayern`."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    remote: bool = False

    @property
    def slugs(self) -> tuple[str, ...]:
        """What it is found by."""
        named = (slug(self.city or ""), self.region, self.country and self.country.lower(), "remote" * self.remote)
        return tuple(one for one in named if one)


def places(text: str | None) -> tuple[Place, ...]:
    """Every place that a text names, in its order."""
    found = (one for part in _APART.split((text or "")[:LONGEST]) for one in _places(part))
    return tuple(dict.fromkeys(found))[:MOST]


@lru_cache(maxsize=4_096)
def _places(text: str) -> tuple[Place, ...]:
    parts = [one for part in _PARTS.split(text) if (one := line(_POSTAL.sub(" ", part)))]
    remote = any(_REMOTE.search(folded(one)) for one in parts)
    named = [one for one in parts if not _REMOTE.search(folded(one)) and not _STREET.search(folded(one))]
    country = next((COUNTRIES[_bare(one)] for one in named if _bare(one) in COUNTRIES), None)
    regions = [REGIONS[_bare(one)] for one in named if _bare(one) in REGIONS]
    towns = [one for one in named if _bare(one) in CITIES or not _wider(one)]
    known = [one for one in towns if _bare(one) in CITIES]
    region, land = regions[0] if regions else (None, None)
    cities = known or towns[:1]
    if not cities:
        return (Place(None, region, country or land, remote),) if region or country or remote else ()
    return tuple(Place(one, region, country or land or CITIES.get(_bare(one)), remote) for one in cities)


def _bare(part: str) -> str:
    return _LABEL.sub("", folded(part))


def _wider(part: str) -> bool:
    return _bare(part) in REGIONS or _bare(part) in COUNTRIES
