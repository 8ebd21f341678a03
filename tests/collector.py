"""The garbage collector walks what tests leave, not the product: that saves a seventh of a run.

Nor does it walk the product again and again while that is being loaded.
"""

import gc
from collections.abc import Generator

import pytest

gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Loading ends here, also for the process that only hands out work."""
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """All modules are loaded now, and stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
