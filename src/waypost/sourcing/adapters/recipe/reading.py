"""Applying rules: from a page, its embedded data and its JobPosting to values, with what gave them."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from waypost.sourcing.adapters.draft import Draft
from waypost.sourcing.adapters.embedded import found
from waypost.sourcing.adapters.markup import items, lines, plain, tidy
from waypost.sourcing.adapters.recipe.words import Embedded, Fields, Rule
from waypost.sourcing.adapters.structured import loaded
from waypost.sourcing.wire.identity import bare, canonical_url

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

LONGEST_MATCHED = 500
"""Characters that a pattern looks at."""
NO = frozenset(("", "0", "false", "no", "none", "null"))


@dataclass(slots=True)
class Sheet:
    """Where rules look: an element (the page, or one card), data, the posting."""

    url: str
    node: "LexborNode | None" = None
    data: Any = None
    posting: Draft = field(default_factory=lambda: Draft(""))

    def draft(self, fields: Fields, url: str) -> Draft:
        """Every field from the first of its rules that gives something."""
        draft = Draft(url)
        for name, rules in fields.items():
            for rule in rules:
                draft.put(name, self.value(rule), self._how(rule))
        return draft

    def value(self, rule: Rule) -> Any:
        """What one rule gives, None for nothing."""
        shaped = _shaped(self._raw(rule), rule.kind, self.url)
        if rule.pattern is None or shaped is None:
            return shaped
        if isinstance(shaped, list):
            return [text for one in shaped if (text := _matched(rule.pattern, str(one)))] or None
        return _matched(rule.pattern, str(shaped))

    def _raw(self, rule: Rule) -> Any:
        if rule.value is not None:
            return rule.value
        if rule.url:
            return self.url
        if rule.json_ is not None:
            return found(self.data, rule.json_)
        if rule.posting is not None:
            return self.posting.values.get(rule.posting)
        return self._elements(rule)

    def _elements(self, rule: Rule) -> Any:
        if self.node is None:
            return None
        if rule.meta is not None:
            wanted = f'meta[property="{rule.meta}"], meta[name="{rule.meta}"]'
            return [one.attributes.get("content") for one in self.node.css(wanted)][:1]
        nodes = self.node.css(rule.css or "")
        if rule.attr is not None:
            told = [text for one in nodes if (text := one.attributes.get(rule.attr))]
            return told if rule.kind == "list" else told[:1]
        if rule.kind == "list":
            return items(nodes[0]) if len(nodes) == 1 else [lines(one) for one in nodes]
        if rule.kind == "flag":
            return bool(nodes) or None
        return [(one.inner_html or "") if rule.kind == "html" else lines(one) for one in nodes[:1]]

    def _how(self, rule: Rule) -> str:
        return self.posting.how.get(rule.posting, rule.told) if rule.posting else rule.told


def _shaped(raw: Any, kind: str, base: str) -> Any:
    values = [one for one in raw if one not in (None, "")] if isinstance(raw, list) else [] if raw is None else [raw]
    if not values:
        return None
    if kind == "list":
        flat = [inner for one in values for inner in (one if isinstance(one, list) else [one])]
        return list(dict.fromkeys(text for one in flat if (text := _text(one)))) or None
    if kind == "flag":
        return str(values[0]).strip().lower() not in NO
    if kind == "url":
        return urljoin(base, _text(values[0])) or None
    return "\n".join(text for one in values if (text := _text(one))) or None


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return next((_text(value[key]) for key in ("name", "text", "value", "title") if value.get(key)), "")
    if isinstance(value, list):
        return "\n".join(text for one in value if (text := _text(one)))
    return tidy(plain(value)) if isinstance(value, str) else str(value)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> "re.Pattern[str]":
    return re.compile(pattern)


def _matched(pattern: str, text: str) -> str | None:
    match = _compiled(pattern).search(text[:LONGEST_MATCHED])
    if match is None:
        return None
    return (match.group(1) if match.re.groups else match.group()) or None


def matches(pattern: str | None, text: str) -> bool:
    """No pattern fits everything."""
    return pattern is None or _compiled(pattern).search(text[:LONGEST_MATCHED]) is not None


def taken(pattern: str | None, text: str) -> str | None:
    """What the pattern takes out of the text."""
    return None if pattern is None else _matched(pattern, text)


def offer_at(url: str, pattern: str | None) -> tuple[str, str | None]:
    """An offer's address and the board's number in it. The query goes, unless the number stands there."""
    plain = bare(url)
    number = taken(pattern, plain)
    if number is None and (number := taken(pattern, url)) is not None:
        return canonical_url(url), number
    return plain, number


def data_of(document: "LexborHTMLParser", where: Embedded | None) -> Any:
    """The JSON that a page carries, at its place; None where it carries none."""
    node = document.css_first(where.script) if where else None
    if where is None or node is None:
        return None
    data = loaded(node.text())
    if where.at is None or data is None:
        return data
    inside = found(data, where.at)
    return inside[0] if inside else None
