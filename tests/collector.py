"""The garbage collector walks what tests leave, not the product: that saves a seventh of a run."""

import gc


def pytest_collection_finish() -> None:
    """All modules are loaded now, and stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
