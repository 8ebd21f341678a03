"""What an attempt leads to: done, later, once more after a pause, or dead."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from waypost.platform.errors import Refusal, Retryable
from waypost.platform.jobs.cause import Cause, cause_of
from waypost.platform.jobs.claim import Claimed
from waypost.platform.jobs.models import Status
from waypost.platform.jobs.run import Later

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 3600.0
JITTER = 0.14


class Ending(StrEnum):
    """How an attempt ended, for logs and metrics."""

    SUCCEEDED = "succeeded"
    LATER = "later"
    HANDED_BACK = "handed_back"
    RETRY = "retry"
    DEAD = "dead"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line to be written for one job whose attempt did not succeed."""

    claimed: Claimed
    ending: Ending
    status: Status
    run_at: datetime
    cause: Cause | None = None
    """None when nothing went wrong."""

    @property
    def refund(self) -> int:
        """How many attempts are given back: one that was never used, all of them when the handler said "not yet"."""
        if self.ending is Ending.LATER:
            return self.claimed.attempt
        return 1 if self.ending is Ending.HANDED_BACK else 0


class Interrupted(Exception):
    """The worker was asked to stop and could not wait any longer."""


class NotDeclaredHere(Retryable):
    """This version does not know this type of job."""


def pause_after(attempt: int, chance: random.Random) -> timedelta:
    """2 s, 4 s, 8 s … 1 h, each up to 14 % shorter by chance: 25 attempts always span more than twelve hours."""
    full = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempt - 1, 20))
    return timedelta(seconds=full * (1 - JITTER * chance.random()))


def judge(error: BaseException, claimed: Claimed, now: datetime, home: str, chance: random.Random) -> Outcome:
    """The outcome of an attempt that raised `error` in a handler of module `home`."""
    if isinstance(error, Later):
        return Outcome(claimed, Ending.LATER, Status.QUEUED, now + error.delay)
    cause = cause_of(error, home)
    hopeless = isinstance(error, Refusal) and not error.again
    if hopeless or claimed.attempt >= claimed.max_attempts:
        return Outcome(claimed, Ending.DEAD, Status.DEAD, claimed.run_at, cause)
    return Outcome(claimed, Ending.RETRY, Status.QUEUED, now + _pause(error, claimed, chance), cause)


def handed_back(claimed: Claimed) -> Outcome:
    """A job that was claimed and never started: its attempt does not count."""
    return Outcome(claimed, Ending.HANDED_BACK, Status.QUEUED, claimed.run_at)


def _pause(error: BaseException, claimed: Claimed, chance: random.Random) -> timedelta:
    if isinstance(error, Interrupted):
        return timedelta(0)
    wished = error.retry_after if isinstance(error, Retryable) else None
    return max(pause_after(claimed.attempt, chance), wished or timedelta(0))
