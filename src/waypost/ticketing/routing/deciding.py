"""The one evaluator: worker and simulator ask it, and both get the same answer with every step of the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from waypost.ticketing.messages.models import Direction
from waypost.ticketing.routing.allowlist import OPEN_TO_ALL, Allowlist
from waypost.ticketing.routing.globs import fits
from waypost.ticketing.tickets.models import Priority, Status

STEPS_KEPT = 20
"""Steps that are stored with a copy; the simulator shows all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a decision rests on: of the message itself, never of another one of its ticket."""

    recipient: str | None
    sender: str | None
    direction: str = Direction.INBOUND
    imported: bool = False
    kept: bool = False
    """A person has taken it back from what was dropped: it is not dropped again."""

    @property
    def sender_domain(self) -> str | None:
        """What stands behind the last @ of the sender."""
        return self.sender.rpartition("@")[2] if self.sender and "@" in self.sender else None


@dataclass(frozen=True, slots=True)
class Acts:
    """What a rule does. At most one of the two assignees is set."""

    assign_queue_id: UUID | None = None
    assign_user_id: UUID | None = None
    set_status: Status | None = None
    set_priority: Priority | None = None
    drop: bool = False
    auto_close: bool = False

    def values(self) -> dict[str, Any]:
        """The fields of a ticket that change."""
        found: dict[str, Any] = {}
        if self.assign_queue_id or self.assign_user_id:
            found |= {"assignee_queue_id": self.assign_queue_id, "assignee_user_id": self.assign_user_id}
        if status := Status.CLOSED if self.auto_close else self.set_status:
            found["status"] = status
        if self.set_priority:
            found["priority"] = self.set_priority
        return found

    def shown(self) -> dict[str, Any]:
        """JSON-ready, under the documented names and one of ours (`set_priority`)."""
        return {
            "assign_queue_id": str(self.assign_queue_id) if self.assign_queue_id else None,
            "assign_user_id": str(self.assign_user_id) if self.assign_user_id else None,
            "set_status": self.set_status,
            "set_priority": self.set_priority,
            "drop": self.drop,
            "auto_close": self.auto_close,
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """An enabled rule; a condition that is None is always met."""

    id: UUID
    name: str
    priority: int
    recipient: str | None
    sender_domain: str | None
    sender_email: str | None
    direction: Direction | None
    acts: Acts
    note: str = ""
    """What of its acts can no longer be done."""

    def objection(self, asked: Asked) -> str | None:
        """The first condition that is not met, in words; None when the rule fits."""
        return next(self._objections(asked), None)

    def _objections(self, asked: Asked) -> Iterator[str]:
        if self.recipient and not fits(self.recipient, asked.recipient):
            yield f"recipient does not fit {self.recipient}"
        if self.sender_domain and not fits(self.sender_domain, asked.sender_domain):
            yield f"sender's domain does not fit {self.sender_domain}"
        if self.sender_email and not fits(self.sender_email, asked.sender):
            yield f"sender does not fit {self.sender_email}"
        if self.direction and self.direction != asked.direction:
            yield f"only {self.direction} mail"


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that was looked at: why not, or that it fits."""

    rule_id: UUID
    name: str
    priority: int
    matched: bool
    because: str


class Outcome(StrEnum):
    """What becomes of a mail that may open a ticket."""

    LEFT_ALONE = "left_alone"
    SPAM = "spam"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one first message, and the way to it."""

    outcome: Outcome
    allowed: bool
    reason: str
    rule: Rule | None = None
    trace: tuple[Step, ...] = ()

    @property
    def acts(self) -> Acts:
        """What is done to the ticket; nothing without a rule."""
        return self.rule.acts if self.rule else Acts()

    @property
    def summary(self) -> str:
        """One line for people: the rule where one fits, else the reason."""
        if self.rule is None:
            return self.reason
        return f"{'dropped by ' if self.outcome is Outcome.DROPPED else ''}rule {self.rule.name}"


@dataclass(frozen=True, slots=True)
class Ruleset:
    """An organisation's allowlist and its enabled rules, by priority and then by age."""

    allowed: Allowlist
    rules: tuple[Rule, ...]

    @property
    def may_drop(self) -> bool:
        """Whether any rule makes tickets vanish."""
        return any(rule.acts.drop for rule in self.rules)

    def decide(self, asked: Asked) -> Verdict:
        """May it open a ticket, and which rule is the first to fit?"""
        if asked.direction == Direction.OUTBOUND:
            return Verdict(Outcome.LEFT_ALONE, allowed=True, reason="our own message")
        fine, reason = self.allowed.verdict(asked.recipient, imported=asked.imported)
        if not fine and not asked.kept:
            return Verdict(Outcome.SPAM, allowed=False, reason=reason)
        trace: list[Step] = []
        for rule in self.rules:
            objection = _kept(rule, asked) or rule.objection(asked)
            because = objection or "; ".join(filter(None, ("all conditions fit", rule.note)))
            trace.append(Step(rule.id, rule.name, rule.priority, objection is None, because))
            if objection is None:
                outcome = Outcome.DROPPED if rule.acts.drop else Outcome.ACCEPTED
                return Verdict(outcome, fine, reason, rule, tuple(trace))
        return Verdict(Outcome.ACCEPTED, fine, reason, trace=tuple(trace))


def _kept(rule: Rule, asked: Asked) -> str | None:
    return "a person wants to keep it" if rule.acts.drop and asked.kept else None


def explained(verdict: Verdict, asked: Asked) -> str:
    """A sentence for the simulator's answer; it always names the recipient."""
    who = asked.recipient or "unknown"
    if verdict.outcome is Outcome.LEFT_ALONE:
        return f"Mail that we send ourselves is never routed, whatever its recipient ({who}) is."
    if verdict.outcome is Outcome.SPAM:
        return f"The recipient {who} is not on the allowlist, so the ticket becomes spam."
    why = "everybody is, while the allowlist is empty" if verdict.reason == OPEN_TO_ALL else verdict.reason
    if verdict.rule is None:
        return f"The recipient {who} is accepted ({why}); no rule fits, so the ticket stays as it is."
    act = "drops the mail" if verdict.outcome is Outcome.DROPPED else "decides"
    return f"The recipient {who} is accepted ({why}); rule “{verdict.rule.name}” is the first that fits and {act}."


def standing(status: str, user_id: UUID | None, queue_id: UUID | None) -> dict[str, Any]:
    """The documented fields of a ticket that routing may change, JSON-ready: before and after of an event."""
    return {
        "status": str(status),
        "assignee_user_id": str(user_id) if user_id else None,
        "assignee_queue_id": str(queue_id) if queue_id else None,
    }


def evidence(verdict: Verdict) -> dict[str, Any]:
    """What is kept of a decision beside the copy it was made on: patterns and names, nothing of the mail."""
    rule = verdict.rule
    steps = verdict.trace[-STEPS_KEPT:]
    return {
        "outcome": verdict.outcome,
        "allowed": verdict.allowed,
        "reason": verdict.reason,
        "rule": {"id": str(rule.id), "name": rule.name, "priority": rule.priority} if rule else None,
        "acts": rule.acts.shown() if rule else None,
        "trace": [{"name": step.name, "matched": step.matched, "because": step.because} for step in steps],
        "left_out": len(verdict.trace) - len(steps),
    }
