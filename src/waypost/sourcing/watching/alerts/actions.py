"""Evaluating: every rule takes one step; what begins or ends is told as a fact."""

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import delete, text

from waypost.platform.work import Work
from waypost.sourcing.watching.alerts import queries
from waypost.sourcing.watching.alerts.looking import Subject, samples, subjects
from waypost.sourcing.watching.alerts.models import AlertFired, AlertResolved, AlertSample, AlertState
from waypost.sourcing.watching.alerts.rules import Rule, Rules, Sample, Standing, State, step

KEPT = timedelta(days=2)
NOTHING = Sample(None, 0)
ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('alerts ' || cast(app_org() as text), 0))")


async def evaluate(work: Work, rules: Rules, hours: int) -> list[AlertState]:
    """Look once and move every rule; gives the states that began to fire or were resolved.

    Twice at the same moment is once: a sample that was taken already moves nothing.
    """
    await work.db.execute(ONE_AT_A_TIME)
    found = samples(await queries.looked(work, hours))
    known = dict(await queries.states(work.db))
    changed = []
    for subject in subjects(found, known):
        rule = rules.of(subject[0])
        if rule is not None:
            state = known.get(subject) or _new(work, subject)
            changed += [state] if _moved(work, rule, state, found.get(subject, NOTHING)) else []
    await work.db.flush()
    for state in changed:
        work.tell(AlertFired(state.id) if state.state == State.FIRING else AlertResolved(state.id))
    await _forget(work)
    return changed


def standing_of(state: AlertState) -> Standing:
    """As the rules know it."""
    return Standing(
        state=State(state.state),
        since_at=state.since_at,
        clear_since_at=state.clear_since_at,
        seen=state.seen,
        sampled_at=state.sampled_at,
        fired_at=state.fired_at,
        resolved_at=state.resolved_at,
    )


def _moved(work: Work, rule: Rule, state: AlertState, sample: Sample) -> bool:
    """One step; True where it began to fire or was resolved."""
    before = standing_of(state)
    after = step(rule, before, sample, work.now)
    if after is before:
        return False
    for name, value in asdict(after).items():
        setattr(state, name, value)
    state.value, state.volume, state.says = sample.value, sample.volume, sample.says
    row = {"value": sample.value, "volume": sample.volume, "holds": rule.holds(sample)}
    work.db.add(AlertSample(rule=rule.key, subject=state.subject, at=work.now, **row))
    return after.state != before.state and after.state in (State.FIRING, State.RESOLVED)


def _new(work: Work, subject: Subject) -> AlertState:
    state = AlertState(rule=subject[0], subject=subject[1], state=State.INACTIVE.value, seen=0, volume=0)
    work.db.add(state)
    return state


async def _forget(work: Work) -> None:
    old = delete(AlertSample).where(AlertSample.at < work.now - KEPT)
    await work.db.execute(old, execution_options={"synchronize_session": False})
