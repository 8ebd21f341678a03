"""Which tests run in one process when several share the work: those of a file, and all that need the browser's product.

A file's fixtures are then made once, and the product is started for the browser by one process only. (Marks of groups
are not used: they travel in a test's name, which newer versions of pytest no longer let anybody change.)
"""

from typing import Any

import pytest

BROWSER = "tests/browser/"
LONG = (BROWSER, "tests/flows/", "tests/cli/", "tests/archive/signing/")
"""Few tests that take long: begun last, they would leave one process idle."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Work is handed out in these portions: what takes long first, then those of most tests."""
    from xdist.scheduler import LoadScopeScheduling

    class LongFirst(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return portion(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            first = next((name for name in self.workqueue if name.startswith(LONG)), None)
            if first is not None:
                self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return LongFirst(config, log)


def portion(nodeid: str) -> str:
    """The name of the portion that a test belongs to."""
    path = nodeid.partition("::")[0]
    return BROWSER if path.startswith(BROWSER) else path
