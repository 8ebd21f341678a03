"""The rules look every minute; what begins or ends is told at once, what lasts is told again when the cooldown ends."""

from waypost.platform.identity import lookups
from waypost.platform.jobs.declare import every, on
from waypost.platform.jobs.run import Run
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.watching.alerts.actions import evaluate
from waypost.sourcing.watching.alerts.delivering import Herald, dispatch
from waypost.sourcing.watching.alerts.mailing import Bell, ring
from waypost.sourcing.watching.alerts.models import AlertFired, AlertResolved
from waypost.sourcing.watching.alerts.rules import Rules
from waypost.sourcing.watching.terms import WatchTerms

QUEUE = "sourcing.watching"


@every("* * * * *", queue=QUEUE)
async def sourcing_evaluate_alerts(run: Run) -> None:
    """One sample for each rule; a second one of the same moment moves nothing."""
    async with run.finishing() as work:
        await evaluate(work, run.of(Rules), run.of(WatchTerms).alert_hours)


@on(AlertFired, queue=QUEUE, attempts=10, type="sourcing_tell_of_alert", replay="check")
async def sourcing_tell_of_alert(run: Run, _fact: AlertFired) -> None:
    """What began is told; what was told in the meantime is no news any more."""
    await _tell(run)


@on(AlertFired, queue=QUEUE, attempts=10, type="sourcing_write_of_alert", replay="check")
async def sourcing_write_of_alert(run: Run, fact: AlertFired) -> None:
    """Those of the organisation who may look after it get a letter, once."""
    await ring(run.work, run.of(Bell), fact.state_id)


@on(AlertResolved, queue=QUEUE, attempts=10, type="sourcing_tell_of_end", replay="check")
async def sourcing_tell_of_end(run: Run, _fact: AlertResolved) -> None:
    """What ended is told, once."""
    await _tell(run)


@every("*/5 * * * *", queue=QUEUE, replay="check")
async def sourcing_remind_of_alerts(run: Run) -> None:
    """What still fires after the cooldown is told again; what could not be told is tried again."""
    await _tell(run)


async def _tell(run: Run) -> None:
    """Only for the organisation that the environment's webhook belongs to (ruling 2)."""
    terms, ours = run.of(WatchTerms), run.of(RunTerms)
    if terms.webhook is None:
        return
    async with run.work() as work:
        if await lookups.organisation_named(work.db, ours.default_org) != run.org:
            return
    await dispatch(run.work, run.of(Herald), terms, terms.alert_hours, flagged=False)
