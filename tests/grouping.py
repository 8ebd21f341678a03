"""Which tests run in one process when several share the work: those of a file, and all that need the browser's product.

A file's fixtures are then made once, and the product is started for the browser by one process only. (Marks of groups
are not used: they travel in a test's name, which newer versions of pytest no longer let anybody change.)
"""

from typing import Any

import pytest

BROWSER = "tests/browser/"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Work is handed out in these portions, the largest first."""
    from xdist.scheduler import LoadScopeScheduling

    scheduling = LoadScopeScheduling(config, log)
    scheduling._split_scope = portion
    return scheduling


def portion(nodeid: str) -> str:
    """The name of the portion that a test belongs to."""
    path = nodeid.partition("::")[0]
    return BROWSER if path.startswith(BROWSER) else path
