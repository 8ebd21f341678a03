"""An offer on its way: what was read so far, and where each piece came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any
from urllib.parse import urljoin, urlsplit

from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.offer import LONGEST_DESCRIPTION, LONGEST_RAW, Offer

UNKNOWN_TITLE = "Unknown title"
NO_DESCRIPTION = "No description found"
SUMMARY_ONLY = "Listing summary only"
LINES = {
    "title": 500,
    "company": 500,
    "location": 1_000,
    "salary": 1_000,
    "employment_type": 500,
    "posted_at": 64,
    "expires_at": 64,
    "source_id": 200,
}
MOST_ENTRIES, LONGEST_DETAIL = 200, 20_000
ADDRESSES = ("apply_url", "source_company_profile_url")
FIELDS = (*LINES, *ADDRESSES, "description", "requirements", "is_expired")
"""What a recipe may fill by name, beside `details.…`."""


@dataclass(slots=True)
class Draft:
    """Fields under the names of the wire's offer, `details.…` for the rest. `how` tells what gave each of them."""

    url: str
    values: dict[str, Any] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)

    def put(self, name: str, value: Any, how: str) -> None:
        """Keep the first that says anything."""
        if not _empty(value) and name not in self.values:
            self.values[name] = value
            self.how[name] = how

    def take(self, other: "Draft") -> "Draft":
        """Fill what is missing from another one; returns this one."""
        for name, value in other.values.items():
            self.put(name, value, other.how.get(name, ""))
        for name, value in other.raw.items():
            self.raw.setdefault(name, value)
        return self

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that a complete offer has and this one lacks."""
        wanted = ("title", "company", "location", "description", "salary", "posted_at", "employment_type")
        return tuple(name for name in wanted if name not in self.values)

    def offer(self, source: str, tags: Iterable[str] = ()) -> Offer:
        """As it travels: cut to what the other side takes, placeholders where the page said nothing."""
        told: dict[str, Any] = {name: self._line(name, most) for name, most in LINES.items()}
        told |= {name: self._address(name) for name in ADDRESSES}
        told["title"] = told["title"] or UNKNOWN_TITLE
        return Offer(
            url=self.url,
            source=source,
            description=_clean(str(self.values.get("description", "")))[:LONGEST_DESCRIPTION] or NO_DESCRIPTION,
            requirements=[_clean(one)[:1_000] for one in _texts(self.values.get("requirements"))][:200],
            tags=list(dict.fromkeys(tags))[:100],
            details=self._details(),
            raw_payload=bounded(self.raw),
            is_expired=bool(self.values.get("is_expired")) or None,
            **told,
        )

    def _line(self, name: str, most: int) -> str | None:
        value = self.values.get(name)
        text = ", ".join(_texts(value)) if isinstance(value, list) else "" if value is None else str(value)
        return " ".join(_clean(text).split())[:most].strip() or None

    def _address(self, name: str) -> str | None:
        """Absolute, http or https, of a length that the other side takes."""
        url = urljoin(self.url, str(self.values.get(name) or ""))
        known = bool(self.values.get(name)) and urlsplit(url).scheme in ("http", "https")
        return url if known and len(url) <= 2048 else None

    def _details(self) -> dict[str, Any]:
        """`details.a.b` as nested objects."""
        made: dict[str, Any] = {}
        for name, value in self.values.items():
            if name.startswith("details."):
                _nested(made, name.split(".")[1:], _cut(_cleaned(value)))
        return made


def _cut(value: Any) -> Any:
    """Details are facts, not books."""
    if isinstance(value, list):
        return [_cut(one) for one in value[:MOST_ENTRIES]]
    return value[:LONGEST_DETAIL] if isinstance(value, str) else value


def bounded(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The raw data without the members that would exceed the limit; the smallest are kept first."""
    kept: dict[str, Any] = {}
    for name, value in sorted(raw.items(), key=lambda item: len(canonical(_cleaned(item[1])))):
        grown = kept | {name: _cleaned(value)}
        if len(canonical(grown)) <= LONGEST_RAW:
            kept = grown
    return kept


def _nested(into: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        inner = into.setdefault(name, {})
        into = inner if isinstance(inner, dict) else into
    into[path[-1]] = value


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value if str(one).strip()] if isinstance(value, list | tuple) else [str(value)]


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict | tuple) and not value)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, Mapping):
        return {_clean(str(name)): _cleaned(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner) for inner in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _clean(text: str) -> str:
    """Without what no database and no JSON can hold: U+0000 and lone surrogates."""
    if text.isascii():
        return text.replace("\x00", "").strip()
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
