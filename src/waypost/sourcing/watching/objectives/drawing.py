"""How an allowance burns, as the points of a line (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from waypost.sourcing.watching.objectives.slo import DAYS, Slo

WIDTH, HEIGHT = 320, 64
LOWEST = -0.25
"""What lies below is drawn at the foot: broken is broken."""


@dataclass(frozen=True, slots=True)
class Burnt:
    """What was left at the end of each day, the oldest first, and the line through it."""

    days: Sequence[tuple[date, float, int]]
    """Day, share that was left, bad events."""
    points: str
    zero: float
    """Where nothing is left, from the top."""


def burnt(slo: Slo, today: date) -> Burnt | None:
    """None where there was nothing to measure."""
    if slo.actual is None:
        return None
    used = {each.day: (each.used, each.bad) for each in slo.days}
    left, days = 1.0, []
    for back in range(DAYS - 1, -1, -1):
        day = today - timedelta(days=back)
        share, bad = used.get(day, (0.0, 0))
        left -= share
        days.append((day, round(left, 4), bad))
    points = " ".join(f"{at * WIDTH / (DAYS - 1):.1f},{_y(value):.1f}" for at, (_day, value, _bad) in enumerate(days))
    return Burnt(days, points, _y(0))


def _y(value: float) -> float:
    inside = min(max(value, LOWEST), 1.0)
    return 2 + (HEIGHT - 4) * (1 - inside) / (1 - LOWEST)
