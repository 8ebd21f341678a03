"""The operator's word on queues, from the web: only for people whom the command line has named operators."""

from waypost.console.operations.actions import pause_queue, resume_queue
from waypost.platform.errors import Forbidden, Invalid
from waypost.platform.jobs.declare import declared, scheduled
from waypost.platform.work import Work


class OperatorsOnly(Forbidden):
    """Queues serve the whole installation: only its operators may pause them."""


class NoSuchQueue(Invalid):
    """No work was declared for a queue of this name."""


def queues() -> list[str]:
    """Every queue that work was declared for."""
    return sorted({job.queue for job in declared().values()} | {clock.queue for clock in scheduled().values()})


async def set_paused(work: Work, queue: str, *, paused: bool, operator: bool) -> None:
    """Pause a queue of the whole installation, or let it go on. Audited. Refuses: no operator (403), no queue (422)."""
    if not operator:
        raise OperatorsOnly
    if queue not in queues():
        raise NoSuchQueue
    await (pause_queue if paused else resume_queue)(work, queue)
