"""Desks of two organisations."""

from pathlib import Path

import pytest

from tests.conftest import Orgs
from tests.ticketing.desk import MailDesk
from waypost.platform.work import Works


@pytest.fixture
def desk(works: Works, orgs: Orgs, tmp_path: Path) -> MailDesk:
    """Acme's."""
    return MailDesk.at(works, orgs.acme, tmp_path)


@pytest.fixture
def other_desk(works: Works, orgs: Orgs, tmp_path: Path) -> MailDesk:
    """Globex's, on the same store."""
    return MailDesk.at(works, orgs.globex, tmp_path)
