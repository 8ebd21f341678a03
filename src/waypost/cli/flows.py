"""The flows as values: facts and jobs as declared, tellers as found in the source."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import waypost.main.house
from waypost.cli.tellers import feature_of, tellers
from waypost.platform.jobs import declared, scheduled


@dataclass(frozen=True, slots=True)
class Follower:
    """A job and the feature it belongs to."""

    type: str
    feature: str
    note: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A fact, who tells it, what follows."""

    fact: str
    told_by: tuple[str, ...]
    jobs: tuple[Follower, ...]


@dataclass(frozen=True, slots=True)
class Flows:
    """Everything that `waypost.main` put together declares."""

    from_facts: tuple[Flow, ...]
    from_clock: tuple[Follower, ...]


def flows() -> Flows:
    """Read the declarations and the source."""
    assert waypost.main.house  # importing it is what declares all jobs
    told, listening = tellers(), defaultdict(list)
    for job in declared().values():
        note = f"queue {job.queue}" + (f", in batches of {job.batch}" if job.batch > 1 else "")
        listening[job.fact].append(Follower(job.type, feature_of(job.handler.__module__), note))
    found = [
        Flow(fact.__name__, told.get(fact.__name__) or (feature_of(fact.__module__),), tuple(jobs))
        for fact, jobs in listening.items()
    ]
    clock = [
        Follower(one.type, feature_of(one.handler.__module__), f"at {one.cron}, queue {one.queue}")
        for one in scheduled().values()
    ]
    return Flows(tuple(sorted(found, key=lambda one: (one.told_by, one.fact))), tuple(clock))


def as_tree(all_flows: Flows) -> str:
    """For people: indented lines."""
    return "\n".join(_lines(all_flows))


def as_mermaid(all_flows: Flows) -> str:
    """A flowchart: features hold their jobs, facts lie between them."""
    lines = ["flowchart LR"]
    jobs = [job for one in all_flows.from_facts for job in one.jobs] + list(all_flows.from_clock)
    features = {job.feature for job in jobs} | {name for one in all_flows.from_facts for name in one.told_by}
    for feature in sorted(features):
        lines.append(f'  subgraph {_key(feature)}["{feature}"]')
        lines.append(f'    {_key(feature)}_does(["actions"])')
        lines += [f'    {job.type}["{job.type}"]' for job in jobs if job.feature == feature]
        lines.append("  end")
    for one in all_flows.from_facts:
        lines += [f"  {_key(name)}_does --> {one.fact}" for name in one.told_by]
        lines += [f"  {one.fact}{{{{{one.fact}}}}} --> {job.type}" for job in one.jobs]
    lines += [f'  clock(("clock")) --> {job.type}' for job in all_flows.from_clock]
    return "\n".join(lines)


def _lines(all_flows: Flows) -> Iterator[str]:
    for one in all_flows.from_facts:
        yield f"{one.fact}   told by {', '.join(one.told_by)}"
        yield from _branches(one.jobs)
    if all_flows.from_clock:
        yield "the clock, for each organisation"
        yield from _branches(all_flows.from_clock)


def _branches(jobs: tuple[Follower, ...]) -> Iterator[str]:
    for number, job in enumerate(jobs, 1):
        yield f"  {'└─' if number == len(jobs) else '├─'} {job.type}   {job.feature}, {job.note}"


def _key(feature: str) -> str:
    return feature.replace("/", "_")
