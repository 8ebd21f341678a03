"""Samples of proofs that are too large for every run: a share here, all of it with PROVE=1."""

import os
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")

PROVE = bool(os.environ.get("PROVE"))
SEED = int(os.environ.get("SEED", "20261122"))


def share(things: Sequence[Thing], parts: int, part: int) -> list[Thing]:
    """One of `parts` equal shares; the seed turns them. All shares together are the whole, and PROVE=1 gives it."""
    return list(things) if PROVE else list(things[(SEED + part) % parts :: parts])
