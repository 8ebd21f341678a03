"""The event loop of a process."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def in_loop(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """In the quicker event loop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(coroutine)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)
