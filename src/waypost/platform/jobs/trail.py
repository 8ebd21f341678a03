"""The trace that a unit of jobs belongs to: what it tells, asks and logs is found under the id of what caused it.

A batch gathers jobs of many traces. It has a span of its own, linked with each of theirs; each job has one within its
own trace, and what the batch tells about a job's thing goes on there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from waypost.platform.facts import Fact
from waypost.platform.jobs.attempt import Ended
from waypost.platform.jobs.claim import Claimed
from waypost.platform.jobs.outcome import Ending
from waypost.platform.jobs.rotation import Unit
from waypost.platform.observe import trace
from waypost.platform.observe.tracing import Attributes, Span, tracer

LONGEST = timedelta(hours=1)
"""A job that looks again and again for ever begins a new trace each time, linked with the one it was made in."""
TELLING = 7
"""The version of UUIDs that tell their time (RFC 9562)."""


class Trail:
    """The spans of a unit; told how it ended."""

    def __init__(self, whole: Span, each: dict[str, Span]) -> None:
        self._whole, self._each = whole, each

    def ended(self, unit: Unit, ended: Ended) -> None:
        """Each span learns its job's outcome; errors by their class only."""
        outcomes = {str(outcome.claimed.id): outcome for outcome in ended.outcomes}
        for job in unit:
            span, outcome = self._each.get(str(job.id), self._whole), outcomes.get(str(job.id))
            ending = outcome.ending if outcome else Ending.SUCCEEDED
            span.note(job__outcome=ending.value, job__attempt=job.attempt)
            if outcome and outcome.cause:
                span.failed(outcome.cause.error.partition(":")[0])
        for span in self._each.values():
            span.end()


@contextmanager
def following(unit: Unit, now: datetime) -> Iterator[Trail]:
    """For as long as a unit is being tried."""
    if len(unit) == 1:
        with _alone(unit[0], now) as trail:
            yield trail
    else:
        with _together(unit) as trail:
            yield trail


def begun_by(fact: Fact) -> str:
    """The traceparent of a fact that came in from outside: a trace of its own, linked with what runs here."""
    here = trace.current()
    span = tracer().begin(fact.wire(), None, "consumer", [here] if here else [], {})
    span.end()
    return span.traceparent


@contextmanager
def _alone(job: Claimed, now: datetime) -> Iterator[Trail]:
    told = trace.well_formed(job.traceparent)
    is_old = now - _made_at(job, now) > LONGEST
    parent, links = (None, [told]) if told and is_old else (told, [])
    span_of_it = tracer().lasting(f"job {job.type}", parent, "consumer", links, _about(job))
    with span_of_it as span, trace.within(span.traceparent):
        yield Trail(span, {})


@contextmanager
def _together(unit: Unit) -> Iterator[Trail]:
    first = unit[0]
    parents = [told for job in unit if (told := trace.well_formed(job.traceparent))]
    about: Attributes = {"job.type": first.type, "job.queue": first.queue, "job.batch": len(unit)}
    with tracer().lasting(f"batch {first.type}", None, "consumer", parents, about) as whole:
        each = {str(job.id): _member(job, whole) for job in unit}
        ids = {
            value: each[str(job.id)].traceparent
            for job in unit
            for name, value in job.payload.items()
            if name.endswith("_id") and isinstance(value, str)
        }
        with trace.within(whole.traceparent, ids):
            yield Trail(whole, each)


def _member(job: Claimed, whole: Span) -> Span:
    parent = trace.well_formed(job.traceparent)
    return tracer().begin(f"job {job.type}", parent, "consumer", [whole.traceparent], _about(job))


def _about(job: Claimed) -> Attributes:
    ids = {f"waypost.{name}": value for name, value in job.payload.items() if name.endswith("_id") and value}
    return {"job.type": job.type, "job.queue": job.queue, "job.id": str(job.id)} | ids


def _made_at(job: Claimed, now: datetime) -> datetime:
    """Our ids (UUIDv7) hold the moment they were made, in milliseconds; of an id that somebody else gave, nothing is
    known."""
    made = (job.id.int >> 80) / 1000
    return datetime.fromtimestamp(made, UTC) if job.id.version == TELLING and made <= now.timestamp() else now
