"""From what a person types to a question PostgreSQL understands."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, case, cast, column, distinct, func, literal, select
from sqlalchemy.dialects.postgresql import REGCONFIG, TSQUERY, array

from waypost.ticketing.tickets.words import searchable

LANGUAGES = ("english", "german", "french", "spanish", "italian", "dutch", "portuguese", "russian")
"""Dictionaries a question is tried in beside `simple`; the text's own language was detected when it came in."""
SHORTEST_FRAGMENT = 3
"""Trigrams cannot look up less."""
_UNWANTED = re.compile(r'(?:^|(?<=\s))-("[^"]*"|[^\s"]+)')


def matching(question: str) -> Select[Any]:
    """`select ticket_id` of the newest tickets that match words (with operators: quotes, or, -) or a fragment."""
    question = question.replace("\0", " ")
    found = func.search_tickets(words(question), fragment(question)).table_valued(column("ticket_id"))
    return select(found.c.ticket_id)


def words(question: str) -> ColumnElement[Any]:
    """The question in every language at once; the last plain word also matches as a beginning.

    Words with a minus are asked apart: one that only one language's dictionary shortens would be missed by the others,
    and any of these is enough for a match.
    """
    wanted = _UNWANTED.sub(" ", question)
    begins = ends_in_a_beginning(wanted)
    asked = _in_every_language(wanted, whole=not begins)
    if begins:
        asked = asked.op("||")(_as_beginning(_as_written(searchable(wanted))))
    for term in _UNWANTED.findall(question):
        asked = asked.op("&&")(func.tsquery_not(_in_every_language(term)))
    return asked


def _in_every_language(question: str, *, whole: bool = True) -> ColumnElement[Any]:
    """Any dictionary's form of it. Most agree on most words: each form is asked once, or the planner takes nine times
    the same word for a crowd of matches. Without the `whole` words as they were written, where they are asked as a
    beginning: that finds them too, and each costs the index a list of its own."""
    text = searchable(question)
    forms = [_as_written(text), *(_words_in(language, text) for language in LANGUAGES)]
    all_forms: ColumnElement[Any] = array(forms, type_=TSQUERY)
    form = func.unnest(all_forms).column_valued("form")
    either = func.string_agg(distinct(func.concat("(", cast(form, Text), ")")), "|")
    asked = select(cast(func.coalesce(either, ""), TSQUERY)).where(func.numnode(form) > 0)
    return cast((asked if whole else asked.where(form != _as_written(text))).scalar_subquery(), TSQUERY)


def _as_written(text: str) -> ColumnElement[Any]:
    return _words_in("simple", func.unaccent(text))


def _words_in(language: str, text: Any) -> ColumnElement[Any]:
    return cast(func.websearch_to_tsquery(cast(literal(language), REGCONFIG), text), TSQUERY)


def _as_beginning(words: ColumnElement[Any]) -> ColumnElement[Any]:
    """`'repair' & 'boi'` → `'repair' & 'boi':*`, as PostgreSQL writes it: unaccented text may hold anything."""
    written = cast(words, Text)
    return case((written.like("%'"), cast(written.concat(":*"), TSQUERY)), else_=words)


def ends_in_a_beginning(question: str) -> bool:
    """True for plain words of which the last is long enough; operators mean what they say."""
    pieces = question.split()
    return bool(pieces) and len(pieces[-1]) >= SHORTEST_FRAGMENT and all(re.fullmatch(r"\w+", p) for p in pieces)


def fragment(question: str) -> str:
    """Part of a code, a subject or an address; LIKE's own characters are taken literally."""
    text = question.strip().lower()
    if len(text) < SHORTEST_FRAGMENT:
        return ""
    return re.sub(r"([\\%_])", r"\\\1", text)
