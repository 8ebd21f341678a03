"""One look at all of sourcing: a fixed number of statements, whatever there is."""

from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from waypost.platform.errors import Unavailable
from waypost.platform.work import Work
from waypost.sourcing.notebook import figures as notebook
from waypost.sourcing.offers import figures as offers
from waypost.sourcing.watching.figures import queries
from waypost.sourcing.watching.figures.metrics import Gathered
from waypost.sourcing.watching.letters import queries as letters

LONGEST = 168
AWAY = (DBAPIError, PoolExhausted, OSError)
"""What a database does that does not serve."""


class MetricsUnavailable(Unavailable):
    """The figures cannot be read now: the database does not answer. No figure is told as zero instead."""

    code = "METRICS_UNAVAILABLE"


def window(hours: int | None, default: int) -> int:
    """1 to 168 hours; what lies beyond is brought to the nearest."""
    return min(max(hours if hours is not None else default, 1), LONGEST)


async def gather(work: Work, hours: int) -> Gathered:
    """Everything of the last so many hours. Refuses with `MetricsUnavailable`."""
    since = work.now - timedelta(hours=hours)
    try:
        return Gathered(
            hours=hours,
            counts=await queries.counts(work.db, since, work.now),
            now=await queries.standing(work.db, work.now),
            scheduled=await queries.scheduled(work.db, work.now),
            letters=await letters.counted(work.db, since),
            offers=await offers.figures(work.db, work.now, hours),
            notebook=await notebook.figures(work.db, work.now, hours),
        )
    except AWAY as error:
        raise MetricsUnavailable from error
