"""What Zammad says, read with tolerance: only what nothing works without is required, odd members are left out.

Two wire shapes are understood member by member: real Zammad's (flat ids beside assets, or names with `expand`), and
that of older stand-ins (people as nested objects, own attributes below `preferences.custom_fields`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from waypost.archive.sealing.snapshot import Party
from waypost.archive.sources.zammad.words import ZammadUnclear

Json = Mapping[str, Any]

NOBODY = "-"
"""Login of Zammad's own placeholder for "no owner"."""
_OWN = (
    "id number title group_id priority_id state_id organization_id owner_id customer_id note first_response_at "
    "first_response_escalation_at first_response_in_min first_response_diff_in_min close_at close_escalation_at "
    "close_in_min close_diff_in_min update_escalation_at update_in_min update_diff_in_min last_close_at "
    "last_contact_at last_contact_agent_at last_contact_customer_at last_owner_update_at create_article_type_id "
    "create_article_sender_id article_count escalation_at pending_time type time_unit preferences updated_by_id "
    "created_by_id created_at updated_at checklist_id referencing_checklist_ids article_ids ticket_time_accounting "
    "ticket_time_accounting_ids mention_ids group organization owner customer state priority created_by updated_by "
    "create_article_type create_article_sender checklist last_contact_channel_id ai_agent_running tags articles "
    "article pending_time_at last_merge_at shared_draft_id"
)
OWN = frozenset(_OWN.split())
"""Members of a ticket that are Zammad's own; every other one is an attribute that somebody added."""


def text(value: Any) -> str:
    """A text, trimmed; numbers as they are written, anything else is ""."""
    if isinstance(value, bool) or value is None:
        return ""
    return str(value).strip() if isinstance(value, str | int | float) else ""


def whole(value: Any) -> int | None:
    """A whole number, also one that comes as a text (`size`); None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    stripped = value.strip() if isinstance(value, str) else ""
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) < 19 else None


def moment(value: Any) -> datetime | None:
    """A time of ISO 8601; one without an offset is UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def closed_at(record: Json) -> datetime | None:
    """When a ticket was closed last; `close_at` alone is the first time, and stays when it is closed again."""
    return moment(record.get("last_close_at")) or moment(record.get("close_at"))


def mapping(value: Any) -> Json:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def required(value: Any, what: str) -> str:
    """A text or number that nothing works without; refuses with `ZammadUnclear`."""
    found = text(value)
    if not found:
        raise ZammadUnclear(f"Zammad's answer has no {what}")
    return found


def person(record: Any) -> Party:
    """A user record, or a login or address alone."""
    if isinstance(record, str):
        said = record.strip()
        return Party(login=said or None, email=said if "@" in said else None)
    one = mapping(record)
    name = " ".join(part for part in (text(one.get("firstname")), text(one.get("lastname"))) if part)
    return Party(
        id=text(one.get("id")) or None,
        login=text(one.get("login")) or None,
        email=text(one.get("email")) or None,
        name=name or text(one.get("fullname")) or text(one.get("name")) or None,
    )


@dataclass(slots=True)
class Names:
    """Who and what stands behind ids: filled from assets, and by asking."""

    users: dict[str, Party] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    """(Kind, id) → name, for groups, organisations, states and priorities."""

    def learn(self, assets: Any) -> None:
        """Take over what an answer brought along."""
        for kind, records in mapping(assets).items():
            for key, record in mapping(records).items():
                if kind == "User":
                    self.users[text(key)] = person({"id": key, **mapping(record)})
                elif name := text(mapping(record).get("name")):
                    self.labels[kind, text(key)] = name

    def party(self, record: Json, role: str) -> Party:
        """Somebody of a ticket or article: nested, by id, or by name alone."""
        said, key = record.get(role), text(record.get(f"{role}_id"))
        if isinstance(said, dict):
            return person(said)
        known = self.users.get(key)
        if known is not None:
            return known
        named = person(said)
        return Party(id=key or None, login=named.login, email=named.email)

    def label(self, record: Json, role: str, kind: str) -> str:
        """The name of a ticket's group, state …: nested, in words, or by id."""
        said = record.get(role)
        if isinstance(said, dict):
            return text(said.get("name"))
        return text(said) or self.labels.get((kind, text(record.get(f"{role}_id"))), "")

    def unknown(self, record: Json, roles: Iterable[str]) -> list[str]:
        """Ids of users that only asking can name."""
        missing = [text(record.get(f"{role}_id")) for role in roles if not record.get(role)]
        return [key for key in dict.fromkeys(missing) if key and key not in self.users]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it was read; `record` is the whole object."""

    id: str
    number: str
    record: Json
    names: Names

    @property
    def attributes(self) -> dict[str, Any]:
        """What somebody added to tickets: members at the top (real Zammad), and `preferences.custom_fields`."""
        nested = mapping(mapping(self.record.get("preferences")).get("custom_fields"))
        top = {name: value for name, value in self.record.items() if name not in OWN}
        return {**nested, **top}


def ticket(answer: Any, names: Names, wanted: str) -> Ticket:
    """A ticket in any of the documented forms; `id` and `number` (text or number) are required."""
    said = mapping(answer)
    if "assets" in said:
        names.learn(said["assets"])
        said = mapping(mapping(mapping(said["assets"]).get("Ticket")).get(wanted))
    found = required(said.get("id"), "ticket id")
    if found != wanted:
        raise ZammadUnclear("Zammad answers with another ticket")
    return Ticket(found, required(said.get("number"), "ticket number"), said, names)


def tags(answer: Any) -> list[str]:
    """An array of texts, or an object with `tags`."""
    said = answer.get("tags") if isinstance(answer, dict) else answer
    if not isinstance(said, list):
        raise ZammadUnclear("Zammad's answer has no tags")
    return [tag for tag in map(text, said) if tag]


def records(answer: Any, kind: str, plural: str) -> list[Json]:
    """A list of objects: itself, or named by ids beside assets."""
    if isinstance(answer, list):
        return [each for each in answer if isinstance(each, dict)]
    said = mapping(answer)
    ids = said.get("record_ids") or said.get(plural) or []
    by_id = mapping(mapping(said.get("assets")).get(kind))
    if not said or not isinstance(ids, list):
        raise ZammadUnclear(f"Zammad's answer has no {plural}")
    return [mapping(by_id[str(key)]) for key in ids if str(key) in by_id]
