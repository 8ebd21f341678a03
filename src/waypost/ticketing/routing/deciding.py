"""The one evaluator: worker and simulator ask it, and both get the same answer with every step of the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from re import Pattern
from typing import Any
from uuid import UUID

from waypost.ticketing.messages.models import Direction
from waypost.ticketing.routing.allowlist import Allowlist
from waypost.ticketing.routing.globs import glob
from waypost.ticketing.tickets.models import Priority, Status


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
    add_tag_ids: tuple[UUID, ...] = ()
    """Tags that the ticket bears beside those it has: a rule takes none off."""

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
        """JSON-ready, under the documented names and two of ours (`set_priority`, `add_tag_ids`)."""
        return {
            "assign_queue_id": str(self.assign_queue_id) if self.assign_queue_id else None,
            "assign_user_id": str(self.assign_user_id) if self.assign_user_id else None,
            "set_status": self.set_status,
            "set_priority": self.set_priority,
            "drop": self.drop,
            "auto_close": self.auto_close,
            "add_tag_ids": [str(one) for one in self.add_tag_ids],
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
class Question:
    """A rule made ready: compiled patterns, each with the step that is taken where it is not met."""

    rule: Rule
    conditions: tuple[tuple[int, Pattern[str], Step], ...]
    """Which of an address's three facts (`_facts`) must fit what."""
    other_way: Step
    not_wanted: Step
    fits: Step

    @classmethod
    def of(cls, rule: Rule) -> "Question":
        """Everything that can be said about a mail, said once."""

        def step(because: str, *, matched: bool = False) -> Step:
            return Step(rule.id, rule.name, rule.priority, matched, because)

        wishes = (
            (0, rule.recipient, "recipient does not fit"),
            (1, rule.sender_domain, "sender's domain does not fit"),
            (2, rule.sender_email, "sender does not fit"),
        )
        return cls(
            rule,
            tuple((place, glob(wish), step(f"{words} {wish}")) for place, wish, words in wishes if wish),
            step(f"only {rule.direction} mail"),
            step("a person wants to keep it"),
            step("; ".join(filter(None, ("all conditions fit", rule.note))), matched=True),
        )

    def ask(self, asked: Asked, facts: tuple[str | None, ...]) -> Step:
        """The first condition that is not met, or that all are."""
        if asked.kept and self.rule.acts.drop:
            return self.not_wanted
        for place, pattern, otherwise in self.conditions:
            fact = facts[place]
            if fact is None or pattern.match(fact) is None:
                return otherwise
        return self.fits if self.rule.direction in (None, asked.direction) else self.other_way


def _facts(asked: Asked) -> tuple[str | None, ...]:
    """Recipient, sender's domain and sender, in lower case."""
    return tuple(fact.lower() if fact else None for fact in (asked.recipient, asked.sender_domain, asked.sender))


@dataclass(frozen=True, slots=True)
class Ruleset:
    """An organisation's allowlist and its enabled rules, by priority and then by age, ready to be asked."""

    allowed: Allowlist
    questions: tuple[Question, ...]

    @classmethod
    def of(cls, allowed: Allowlist, rules: Iterable[Rule]) -> "Ruleset":
        """Compiled once, asked often."""
        return cls(allowed, tuple(Question.of(rule) for rule in rules))

    @property
    def may_drop(self) -> bool:
        """Whether any rule makes tickets vanish."""
        return any(question.rule.acts.drop for question in self.questions)

    def decide(self, asked: Asked) -> Verdict:
        """May it open a ticket, and which rule is the first to fit?"""
        if asked.direction == Direction.OUTBOUND:
            return Verdict(Outcome.LEFT_ALONE, allowed=True, reason="our own message")
        fine, reason = self.allowed.verdict(asked.recipient, imported=asked.imported)
        if not fine and not asked.kept:
            return Verdict(Outcome.SPAM, allowed=False, reason=reason)
        trace: list[Step] = []
        facts = _facts(asked)
        for question in self.questions:
            step = question.ask(asked, facts)
            trace.append(step)
            if step.matched:
                outcome = Outcome.DROPPED if question.rule.acts.drop else Outcome.ACCEPTED
                return Verdict(outcome, fine, reason, question.rule, tuple(trace))
        return Verdict(Outcome.ACCEPTED, fine, reason, trace=tuple(trace))
