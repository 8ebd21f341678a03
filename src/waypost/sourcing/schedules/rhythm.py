"""When a schedule comes round: five cron fields in a zone. Pure.

Daylight saving as Debian's cron treats it: what falls into a missing hour runs right after it, what falls into a
doubled one runs once; minutes and hours with a star follow the clock as it goes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

FIELDS = 5
LONGEST = 128


class BadCron(ValueError):
    """No cron expression, or one that never comes round."""


class BadZone(ValueError):
    """No name of a time zone."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A cron expression that holds, in a zone that exists."""

    cron: str
    zone: ZoneInfo

    @classmethod
    def of(cls, cron: str, timezone: str) -> "Rhythm":
        """Raises `BadZone` and `BadCron`."""
        rhythm = cls(" ".join(cron.split()), zone_of(timezone))
        if len(rhythm.cron) > LONGEST or len(rhythm.cron.split()) != FIELDS:
            raise BadCron
        rhythm.after(datetime(2026, 1, 1, tzinfo=UTC))
        return rhythm

    def after(self, moment: datetime) -> datetime:
        """The first time after `moment`, UTC."""
        return self.next(moment, 1)[0]

    def next(self, moment: datetime, number: int) -> list[datetime]:
        """So many of them, UTC."""
        try:
            found = [at.astimezone(UTC) for at in islice(CronSim(self.cron, moment.astimezone(self.zone)), number)]
        except (CronSimError, ValueError, OverflowError):
            raise BadCron from None
        if len(found) < number:
            raise BadCron
        return found


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name (`Europe/Warsaw`); raises `BadZone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadZone from None
