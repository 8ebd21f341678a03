"""Samples of proofs that are too large for every run: a share each day, all of it with PROVE=1.

The seed is the day's number: every day another share. `SEED=…` repeats the run of another day.
"""

import os
import time
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")

PROVE = bool(os.environ.get("PROVE"))
SEED = int(os.environ.setdefault("SEED", str(int(time.time()) // 86_400)))
"""Set for every process of the run, so that midnight divides none."""
WEEK = 7


def share(things: Sequence[Thing], parts: int, part: int) -> list[Thing]:
    """One of `parts` equal shares; the seed turns them. All shares together are the whole, and PROVE=1 gives it."""
    return list(things) if PROVE else list(things[(SEED + part) % parts :: parts])


def turn(things: Sequence[Thing], kept: int, seed: int = SEED) -> list[Thing]:
    """The `kept` things whose turn it is: those after yesterday's, in a ring."""
    first = seed * kept
    return [things[(first + step) % len(things)] for step in range(min(kept, len(things)))]


def slow_to_come_round(many: int, kept: int) -> bool:
    """Whether a ring of so many would take longer than a week."""
    return many > kept * WEEK
