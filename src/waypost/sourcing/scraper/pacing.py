"""When a report is tried again, and when it is given up (sourcing.md 2.4). Pure."""

from dataclasses import dataclass

MINUTE = 60.0
BACKGROUND = (MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
"""Seconds between attempts after the quick ones; the last repeats."""
GIVEN_UP_AFTER = 24 * 60 * MINUTE
"""Seconds after which a report that nobody took is a dead letter."""
PERMANENT, TRANSIENT = "permanent", "transient"
AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Pace:
    """The quick attempts; times in milliseconds."""

    attempts: int = 3
    backoff: int = 1_000
    most: int = 10_000
    jitter: float = 0.2


def quick_delay(pace: Pace, made: int, chance: float) -> int:
    """Milliseconds before the attempt after `made` ones; `chance` lies in 0..1, 0.5 changes nothing."""
    delay = min(pace.most, pace.backoff << min(max(made - 1, 0), 20))
    return max(0, round(delay + (2 * chance - 1) * delay * pace.jitter))


def pause(pace: Pace, made: int, chance: float, told: float = 0.0) -> float:
    """Seconds before the next attempt after `made` ones; never sooner than the other side `told` us to wait."""
    if made < pace.attempts:
        return max(told, quick_delay(pace, made, chance) / 1_000)
    return max(told, BACKGROUND[min(made - pace.attempts, len(BACKGROUND) - 1)])


def kind_of(status: int) -> str | None:
    """None where it was taken; whether another attempt could help otherwise."""
    if 200 <= status < 300:
        return None
    return TRANSIENT if status in AGAIN or status >= 500 else PERMANENT


def is_given_up(created_at: float, now: float) -> bool:
    """Whether a transient failure is the last one."""
    return now - created_at >= GIVEN_UP_AFTER
