"""A verdict in words and values: for the simulator, for events, and beside the copy it was made on."""

from typing import Any
from uuid import UUID

from waypost.ticketing.routing.allowlist import OPEN_TO_ALL
from waypost.ticketing.routing.deciding import Asked, Outcome, Verdict

STEPS_KEPT = 10
"""Steps that are stored with a copy; the simulator shows all."""


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
