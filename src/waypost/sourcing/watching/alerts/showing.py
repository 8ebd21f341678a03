"""Alerts as they are shown: every rule, also those that never looked at anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waypost.platform.work import Work
from waypost.sourcing.watching.alerts import queries
from waypost.sourcing.watching.alerts.looking import Subject
from waypost.sourcing.watching.alerts.meanings import MEANINGS, Meaning
from waypost.sourcing.watching.alerts.models import AlertEvent, AlertSample, AlertState
from waypost.sourcing.watching.alerts.rules import Rule, Rules, State

RUNBOOK = "docs/runbook_sourcing.md"
ORDER = {State.FIRING: 0, State.PENDING: 1, State.RESOLVED: 2, State.INACTIVE: 3}


@dataclass(frozen=True, slots=True)
class Line:
    """One rule about one subject."""

    rule: Rule
    meaning: Meaning
    subject: str
    state: State
    row: AlertState | None
    samples: Sequence[AlertSample] = ()

    @property
    def since(self) -> datetime | None:
        """When this state began, as far as it did."""
        if self.row is None:
            return None
        begun = {
            State.FIRING: self.row.fired_at,
            State.RESOLVED: self.row.resolved_at,
            State.PENDING: self.row.since_at,
        }
        return begun.get(self.state)

    @property
    def drawn(self) -> list[float]:
        """The values of the last hours, in percent where they are shares; what had no volume is left out."""
        factor = 100 if self.meaning.unit == "share" else 1
        return [round(each.value * factor, 1) for each in self.samples if each.value is not None]

    def told(self) -> dict[str, Any]:
        """As programs read it."""
        since, row = self.since, self.row
        return {
            "key": f"{self.rule.key}:{self.subject}" if self.subject else self.rule.key,
            "rule": self.rule.key,
            "subject": self.subject or None,
            "title": self.meaning.title,
            "summary": self.meaning.means,
            "severity": self.rule.level,
            "state": self.state.value,
            "since": since.isoformat() if since else None,
            "value": row.value if row else None,
            "volume": row.volume if row else 0,
            "detail": row.says if row else None,
            "threshold": self.rule.threshold,
            "forSec": int(self.rule.lasts.total_seconds()),
            "minVolume": self.rule.least,
            "sampledAt": row.sampled_at.isoformat() if row and row.sampled_at else None,
            "effect": self.meaning.effect,
            "firstQuery": self.meaning.first,
            "safeAction": self.meaning.safe,
            "confirm": self.meaning.confirm,
            "runbook": f"{RUNBOOK}#{self.meaning.place}",
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """All lines, the urgent first, and what was told to the outside."""

    lines: Sequence[Line]
    events: Sequence[AlertEvent]

    def count(self, state: State) -> int:
        """How many stand like this."""
        return sum(line.state is state for line in self.lines)


async def shown(work: Work, rules: Rules) -> Shown:
    """In three statements, whatever there is."""
    states = dict(await queries.states(work.db))
    samples = await queries.samples_since(work.db, work.now - queries.DRAWN)
    general: list[Subject] = [(key, "") for key in rules.by_key if key not in rules.sourced]
    wanted = [*general, *(subject for subject in states if subject not in general and rules.of(subject[0]))]
    lines = [
        _line(rules.by_key[key], name, states.get((key, name)), samples.get((key, name), ())) for key, name in wanted
    ]
    lines.sort(key=lambda line: ORDER[line.state])
    return Shown(lines, await queries.events(work.db))


def _line(rule: Rule, subject: str, row: AlertState | None, samples: Sequence[AlertSample]) -> Line:
    state = State(row.state) if row else State.INACTIVE
    return Line(rule, MEANINGS[rule.key], subject, state, row, samples)
