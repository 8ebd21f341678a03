"""The ladder B → T → LT → LTA: how far a version got, how far it should, and when to try again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from waypost.archive.signing.levels import Level

RUNGS = (Level.B, Level.T, Level.LT, Level.LTA)
STRENGTH = {Level.NONE: 0, Level.B: 1, Level.DSS: 1, Level.T: 2, Level.LT: 3, Level.LTA: 4}
"""`DSS` stands beside B: its document timestamp does not make the signature a T (ruling 28)."""
FIRST_TRY, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=12)
RENEWAL_LOOK = timedelta(days=30)
"""How often an archive timestamp is looked at for renewal: authorities' certificates live for years."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder as it is drawn."""

    level: Level
    reached: bool
    wanted: bool
    """It belongs to what was asked for."""


def rungs(level: Level, wanted: Level) -> list[Rung]:
    """The four steps, lowest first."""
    return [Rung(one, STRENGTH[level] >= STRENGTH[one], STRENGTH[wanted] >= STRENGTH[one]) for one in RUNGS]


def below(level: Level, wanted: Level) -> bool:
    """Whether there is something to gain: a signature without proof of time is also short of a wanted T once it has
    its document timestamp, but no later step can make it one."""
    return level not in (Level.NONE, Level.DSS) and STRENGTH[level] < STRENGTH[wanted]


def next_try(level: Level, wanted: Level, tries: int, now: datetime) -> datetime | None:
    """When to look for a higher level again: ever less often, so that a dead authority costs nothing; None when there
    is nothing to gain. An LTA, and what stands in for one, is looked at for renewal."""
    if below(level, wanted):
        return now + min(LONGEST_WAIT, FIRST_TRY * (1 << min(tries, 10)))
    if wanted == Level.LTA and level in (Level.LTA, Level.DSS):
        return now + RENEWAL_LOOK
    return None
