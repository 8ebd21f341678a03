"""A ticket's timeline in plain words, for the printed history. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from waypost.archive.sealing.snapshot import Event
from waypost.platform.facts import KeptFact

WORDS = {
    "ticket_opened": "A mail opened the ticket",
    "ticket_reopened": "A new message reopened it",
    "ticket_closed": "Closed",
    "routing_applied": "Routed by a rule",
    "outbound_sent": "A reply was sent",
    "outbound_failed": "A reply could not be delivered",
    "tickets_merged": "Merged with another ticket",
    "messages_split": "Messages were split into a ticket of their own",
    "message_moved": "A message was moved between tickets",
    "tickets_linked": "Linked with another ticket",
    "tickets_unlinked": "A link was removed",
    "rearranging_undone": "That was undone",
    "ticket_healed": "Another ticket turned out to be part of this conversation",
    "ticket_archived": "Kept in the archive",
}
"""What is worth printing; messages and notes stand in the file themselves."""
FIELDS = {"status": "Status", "priority": "Priority", "assignee_user_id": "Assigned to", "assignee_queue_id": "Queue"}


def printed(facts: Sequence[KeptFact], people: Mapping[UUID, str], queues: Mapping[UUID, str]) -> tuple[Event, ...]:
    """The history in its order."""
    named = {str(key): name for key, name in (*people.items(), *queues.items())}
    told = ((fact, _words(fact, named)) for fact in facts)
    return tuple(Event(fact.at, words, _who(fact, people)) for fact, words in told if words)


def _words(fact: KeptFact, named: Mapping[str, str]) -> str:
    if fact.event == "ticket_updated":
        return ", ".join(_change(field, both, named) for field, both in _changes(fact.data).items())
    return WORDS.get(fact.event, "")


def _changes(data: Mapping[str, Any]) -> dict[str, Any]:
    found = data.get("changes", {})
    return {field: both for field, both in found.items() if field in FIELDS and both["before"] != both["after"]}


def _change(field: str, both: Mapping[str, Any], named: Mapping[str, str]) -> str:
    before, after = (_value(both[side], named) for side in ("before", "after"))
    return f"{FIELDS[field]}: {before} → {after}"


def _value(value: Any, named: Mapping[str, str]) -> str:
    return "nobody" if value is None else named.get(str(value), str(value))


def _who(fact: KeptFact, people: Mapping[UUID, str]) -> str:
    return people.get(fact.actor_id, "") if fact.actor_id else ""
