"""What programs read of routing: the documented keys, each always present."""

from typing import Any

from waypost.ticketing.routing.deciding import Asked, Outcome, Step, Verdict
from waypost.ticketing.routing.models import RoutingRerun, RoutingRule
from waypost.ticketing.routing.telling import explained
from waypost.ticketing.routing.typed import fields_of
from waypost.ticketing.tickets.models import AllowedRecipient, Status


def entry_json(entry: AllowedRecipient) -> dict[str, Any]:
    """One pattern of the allowlist."""
    return {
        "id": entry.id,
        "pattern": entry.pattern,
        "is_enabled": entry.is_enabled,
        "created_at": entry.created_at,
    }


def rule_json(rule: RoutingRule) -> dict[str, Any]:
    """One rule; `action_set_priority` and `action_add_tag_ids` are ours."""
    return {"id": rule.id, **fields_of(rule), "created_at": rule.created_at, "updated_at": rule.updated_at}


def simulation_json(verdict: Verdict, asked: Asked) -> dict[str, Any]:
    """The simulator's answer; `trace`, `outcome` and `allowed_because` are ours."""
    rule, spam = verdict.rule, verdict.outcome is Outcome.SPAM
    acts = verdict.acts.shown()
    if spam:
        acts |= {"set_status": Status.SPAM, "auto_close": True}
    return {
        "allowlisted": verdict.allowed,
        "would_mark_spam": spam,
        "matched_rule": {"id": rule.id, "name": rule.name, "priority": rule.priority} if rule else None,
        "applied_actions": acts,
        "explanation": explained(verdict, asked),
        "outcome": verdict.outcome,
        "allowed_because": verdict.reason,
        "trace": [_step(step) for step in verdict.trace],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "rule_id": step.rule_id,
        "name": step.name,
        "priority": step.priority,
        "matched": step.matched,
        "because": step.because,
    }


def rerun_json(run: RoutingRerun) -> dict[str, Any]:
    """How far a run has come."""
    return {
        "id": run.id,
        "status": "finished" if run.finished_at else "running",
        "looked_at": run.looked_at_count,
        "freed": run.freed_count,
        "asked_at": run.asked_at,
        "finished_at": run.finished_at,
    }


def dropped_json(row: Any) -> dict[str, Any]:
    """A copy without a ticket."""
    return {
        "occurrence_id": row.id,
        "message_id": row.message_id,
        "received_at": row.received_at,
        "reason": row.route_reason,
        "recipient": row.original_recipient,
        "from_email": row.from_email,
        "subject": row.subject,
        "snippet": row.snippet,
    }
