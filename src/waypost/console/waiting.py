"""What waits for one person, across the modules: a fixed number of questions, and only those that they may ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from waypost.console.operations.access import READ as READ_JOBS
from waypost.platform.jobs import queries as jobs
from waypost.platform.web.caller import Caller
from waypost.platform.work import Work
from waypost.sourcing.access import OPERATE, READ
from waypost.sourcing.notebook import queries as notebook
from waypost.sourcing.watching.alerts import queries as alerts
from waypost.sourcing.watching.alerts.models import AlertState
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.views import AWAKE

READ_TICKETS = "ticketing.tickets.read"
FEW = 5
"""Lines of a block; the block leads to the rest."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Blocks of the home page, each at most one line longer than is shown; None where it is none of their business."""

    tickets: Sequence[Any] | None = None
    follow_ups: Sequence[Any] | None = None
    firing: Sequence[AlertState] | None = None
    dead: int | None = None

    @property
    def nothing(self) -> bool:
        """Whether all of it is done."""
        return not (self.tickets or self.follow_ups or self.firing or self.dead)


async def waiting(work: Work, caller: Caller) -> Waiting:
    """Four questions at most, however much there is."""
    mine = tickets.Filters(AWAKE, assignee_user_id=caller.person_id)
    may = caller.keys
    return Waiting(
        tickets=await tickets.page(work.db, mine, limit=FEW) if READ_TICKETS in may else None,
        follow_ups=await notebook.due_of(work.db, caller.person_id, work.now, FEW) if READ in may else None,
        firing=await alerts.firing(work.db, FEW) if OPERATE in may else None,
        dead=(await jobs.dead_counts(work.db)).jobs if READ_JOBS in may else None,
    )
