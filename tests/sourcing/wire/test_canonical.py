"""The quick way to the canonical text writes what the documented way writes, or is not taken."""

import json
from random import Random
from typing import Any

import pytest

from tests.sampling import SEED
from waypost.sourcing.wire.canonical import canonical

LETTERS = [*map(chr, range(0x250)), "\u2028", "\ufeff", "\uffff", "\U0001f600", "\ud800", "\udfff", '"', "\\", "</"]
LEAVES = (True, False, None, 0, -1, 2**63, -(2**64), 10**30, 0.1, 1.0, 1e16, 1e-5, 1e22, -0.0)


def documented(value: Any) -> bytes:
    """Sorted keys, nothing between tokens, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def grown(dice: Random, depth: int = 0) -> Any:
    """Any JSON value."""
    kind = dice.randrange(8)
    if kind < 3 or depth > 4:
        return "".join(dice.choices(LETTERS, k=dice.randrange(9)))
    if kind < 5:
        return dice.choice(LEAVES)
    if kind == 5:
        return [grown(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {"".join(dice.choices(LETTERS, k=3)): grown(dice, depth + 1) for _ in range(dice.randrange(5))}


def test_both_ways_write_the_same() -> None:
    dice = Random(SEED)
    for _ in range(2_000):
        value = grown(dice)
        assert canonical(value) == documented(value)


@pytest.mark.parametrize("value", [{"a": float("inf")}, [float("nan")]])
def test_what_json_lacks_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical(value)
