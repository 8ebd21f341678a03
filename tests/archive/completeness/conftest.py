"""A desk for each organisation, on a clock that tests move."""

from itertools import count

import pytest

from tests.archive.completeness.closed import Desk
from tests.archive.evidence.conftest import acme, clock, globex, works
from tests.archive.evidence.logbook import Logbook
from waypost.archive.completeness.beside import statements_beside
from waypost.archive.completeness.queries import statement_count

__all__ = ["acme", "clock", "globex", "works"]


@pytest.fixture
def desk(acme: Logbook) -> Desk:
    """Acme's."""
    acme.besides.by_kind["statement"] = statements_beside
    acme.besides.counts["statement",] = statement_count
    return Desk(acme, count(1))


@pytest.fixture
def foreign(globex: Logbook) -> Desk:
    """Globex's."""
    return Desk(globex, count(1))
