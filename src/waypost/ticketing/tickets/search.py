"""From what a person types to a question PostgreSQL understands."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import REGCONFIG, TSQUERY

from waypost.ticketing.tickets.words import searchable

LANGUAGES = ("english", "german", "french", "spanish", "italian", "dutch", "portuguese", "russian")
"""Dictionaries a question is tried in beside `simple`; the text's own language was detected when it came in."""
SHORTEST_FRAGMENT = 3
"""Trigrams cannot look up less."""


def matching(question: str) -> Select[Any]:
    """`select ticket_id` of the newest tickets that match words (with operators: quotes, or, -) or a fragment."""
    found = func.search_tickets(words(question), fragment(question)).table_valued(column("ticket_id"))
    return select(found.c.ticket_id)


def words(question: str) -> ColumnElement[Any]:
    """The question in every language at once; the last plain word also matches as a beginning."""
    text = searchable(question)
    plain = func.websearch_to_tsquery(_config("simple"), func.unaccent(text))
    asked: ColumnElement[Any] = cast(plain, TSQUERY)
    for language in LANGUAGES:
        asked = asked.op("||")(func.websearch_to_tsquery(_config(language), text))
    if last := beginning(question):
        asked = asked.op("||")(func.to_tsquery(_config("simple"), func.unaccent(last)))
    return asked


def beginning(question: str) -> str | None:
    """`repair boi` → `repair & boi:*`; None when the question uses operators or the last word is too short."""
    pieces = question.split()
    if not pieces or len(pieces[-1]) < SHORTEST_FRAGMENT or not all(re.fullmatch(r"\w+", piece) for piece in pieces):
        return None
    return " & ".join(pieces) + ":*"


def fragment(question: str) -> str:
    """Part of a code, a subject or an address; LIKE's own characters are taken literally."""
    text = question.strip().lower()
    if len(text) < SHORTEST_FRAGMENT:
        return ""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _config(name: str) -> ColumnElement[Any]:
    return cast(literal(name), REGCONFIG)
