"""What a person looks for in the catalogue, and how the search function is asked for it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from waypost.sourcing.digest.companies import company_key
from waypost.sourcing.digest.text import slug
from waypost.sourcing.offers.marks import STANDING, mark, reached

SHORTEST_BEGINNING = 3
LONGEST = 500
"""Characters of a question."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Filters of a search; several values of one are alternatives, different filters all hold."""

    words: str = ""
    """Words with the usual operators (quotes, or, -); the last plain one also counts as a beginning."""
    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    work_modes: tuple[str, ...] = ()
    contract_types: tuple[str, ...] = ()
    work_schedules: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    technologies: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Cities, regions, country codes, `remote`; any spelling."""
    company: str = ""
    """Any spelling of its whole name."""
    seen_since: datetime | None = None
    salary_at_least: int | None = None
    """Minor units a month, compared in `currency` only."""
    currency: str = "PLN"
    expired: bool | None = False
    """Only those that stand (False), only those that are over (True), or both (None)."""

    @property
    def question(self) -> str:
        """The words, cut and without what no text holds."""
        return self.words.replace("\0", " ")[:LONGEST].strip()

    @property
    def beginning(self) -> bool:
        """Plain words, the last long enough: somebody may still be typing."""
        pieces = self.question.split()
        plain = all(re.fullmatch(r"\w+", one) for one in pieces)
        return bool(pieces) and plain and len(pieces[-1]) >= SHORTEST_BEGINNING

    @property
    def marks(self) -> str:
        """The filters as a tsquery."""
        groups = [" | ".join(map(_quoted, group)) for group in self._groups() if group]
        needed = bool(self.question) or bool(groups)
        standing = [_quoted(STANDING)] if self.expired is False and needed else []
        return " & ".join([f"({one})" for one in groups] + standing)

    def _groups(self) -> Iterator[Sequence[str]]:
        yield [mark("source", one) for one in self.sources]
        yield [mark("category", one) for one in self.categories]
        yield [mark("workModes", one) for one in self.work_modes]
        yield [mark("contractTypes", one) for one in self.contract_types]
        yield [mark("workSchedules", one) for one in self.work_schedules]
        yield [mark("seniority", one) for one in self.levels]
        yield [mark("technologies", one) for one in self.technologies]
        yield [mark("places", slug(one)) for one in self.places]
        yield [mark("company", company_key(self.company))] if self.company.strip() else []
        yield [mark(f"pay:{self.currency}", str(one)) for one in reached(self.salary_at_least or 0)[-1:]]


def _quoted(lexeme: str) -> str:
    """As a tsquery writes it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''").replace("\0", "") + "'"
