"""The named steps of the pipeline, from bytes to a routed ticket, and how to be there when one is taken.

Nothing of this is in the product: a step is a function of it, replaced in the process that is to die.
"""

from asyncio import Event
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from importlib import import_module
from inspect import iscoroutinefunction
from typing import Any

from waypost.platform.jobs import declare

IMPORT, INTAKE, TICKETS, ROUTING = (
    "waypost.ticketing.mailboxes.bring_in",
    "waypost.ticketing.intake.jobs",
    "waypost.ticketing.tickets.jobs",
    "waypost.ticketing.routing.jobs",
)

Strike = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Step:
    """A place where death may come: before or after a function of a module, or after a job's handler."""

    name: str
    function: str = ""
    module: str = ""
    job: str = ""
    before: bool = False

    def arm(self, nth: int, strike: Strike) -> Event:
        """Let `strike` fall at the nth time this process comes here; the event tells that it has fallen."""
        fallen = Event()
        struck = _counted(nth, strike, fallen)
        if self.job:
            job = declare._jobs[self.job]
            declare._jobs[self.job] = replace(job, handler=_around(job.handler, struck, before=self.before))
        else:
            home = import_module(self.module)
            setattr(home, self.function, _around(getattr(home, self.function), struck, before=self.before))
        return fallen


STEPS = (
    Step("bytes stored", "receive", IMPORT, before=True),
    Step("copies written", "receive", IMPORT),
    Step("copies committed", "_count", IMPORT, before=True),
    Step("mails read", "read", INTAKE),
    Step("messages written", "keep", INTAKE),
    Step("quarantine written", "put_aside", INTAKE),
    Step("reading committed", job="occurrence_parse"),
    Step("tickets written", "stitch", TICKETS),
    Step("stitching committed", job="occurrence_stitch"),
    Step("routes written", "route", ROUTING),
    Step("routing committed", job="ticket_apply_routing"),
)


def _counted(nth: int, strike: Strike, fallen: Event) -> Strike:
    times = 0

    def struck() -> None:
        nonlocal times
        times += 1
        if times == nth:
            strike()
            fallen.set()

    return struck


def _around(function: Callable[..., Any], struck: Strike, *, before: bool) -> Callable[..., Any]:
    """The same function, with death before or after it."""
    if not iscoroutinefunction(function):

        @wraps(function)
        def direct(*given: Any, **named: Any) -> Any:
            if before:
                struck()
            answer = function(*given, **named)
            if not before:
                struck()
            return answer

        return direct

    @wraps(function)
    async def awaited(*given: Any, **named: Any) -> Any:
        if before:
            struck()
        answer = await function(*given, **named)
        if not before:
            struck()
        return answer

    return awaited
