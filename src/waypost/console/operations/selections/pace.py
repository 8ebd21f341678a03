"""How fast a replay goes and when it stops by itself: pure, so that both can be read and tried in isolation."""

from collections.abc import Sequence
from datetime import timedelta

CANARY = (1, 10)
"""The first steps; what follows goes at the rate."""
RATE = 3_000
"""Jobs a minute, unless the person says otherwise."""
MOST = 500
"""Jobs of one step: one short transaction."""
STREAK = 5
"""So many failures in a row stop a replay in the middle of a step."""
GOOD, BAD = ("succeeded",), ("failing", "dead")


def step_size(step: int, rate: int) -> int:
    """How many jobs the step after `step` takes."""
    by_rate = max(1, min(MOST, rate // 60))
    return min(CANARY[step], by_rate) if step < len(CANARY) else by_rate


def pause(rate: int) -> timedelta:
    """The time between two steps: a second, or longer for a rate below one a second."""
    return timedelta(seconds=max(1.0, 60 / rate))


def stopped_by(states: Sequence[str], step: int) -> str | None:
    """Why a replay must stop, judged by how its last step stands; None while it may go on."""
    failed, good = sum(one in BAD for one in states), sum(one in GOOD for one in states)
    if failed > good and "waiting" not in states:
        return f"step {step}: {failed} failed again"
    if longest_streak(states) >= STREAK:
        return f"step {step}: {STREAK} in a row failed again"
    return None


def longest_streak(states: Sequence[str]) -> int:
    """Most failures after each other; those that still wait do not part them."""
    longest = running = 0
    for state in states:
        running = running + 1 if state in BAD else 0 if state in GOOD else running
        longest = max(longest, running)
    return longest
