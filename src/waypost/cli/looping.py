"""The event loop of a process."""

import asyncio
import gc
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")
COLLECT_AFTER = (10_000, 20, 20)
"""New objects before the collector looks for circles: a page alone makes thousands, and they go without it."""


def in_loop(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """In the quicker event loop where there is one; what stands by now is never walked by the collector again."""
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    if sys.platform == "win32":
        return asyncio.run(coroutine)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)
