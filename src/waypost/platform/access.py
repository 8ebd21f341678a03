"""Who acts and what they may do: permissions are keys, roles are sets of keys (one identity for all four modules)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

Key = str
"""A permission, written `module.thing.verb` by the part that asks for it (`ticketing.tickets.write`)."""


class Role(StrEnum):
    """What a membership makes of a person in one organisation; portals (worker, client) come with fieldwork."""

    OWNER = "owner"
    ADMIN = "admin"
    AGENT = "agent"
    DISPATCHER = "dispatcher"
    FINANCE = "finance"
    VIEWER = "viewer"


class ActorKind(StrEnum):
    """Who stands behind an act, for the audit log and the timeline."""

    PERSON = "person"
    MACHINE = "machine"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts in a work; `person_id` is None for the machine (jobs, clock) and for strangers (links)."""

    kind: ActorKind
    person_id: UUID | None = None
    keys: frozenset[Key] = frozenset()

    def may(self, key: Key) -> bool:
        """The machine may everything its job was written to do; people what their role's keys say."""
        return self.kind is ActorKind.MACHINE or key in self.keys


MACHINE = Actor(ActorKind.MACHINE)
STRANGER = Actor(ActorKind.STRANGER)

EVERYONE = frozenset(Role)
ADMINS = frozenset({Role.OWNER, Role.ADMIN})
STAFF = ADMINS | {Role.AGENT}

_granted: dict[Role, set[Key]] = {role: set() for role in Role}


def permission(key: Key, roles: Iterable[Role]) -> Key:
    """Declare a key once, where it is asked for, with the roles that carry it by default; returns the key."""
    for role in roles:
        _granted[role].add(key)
    return key


def keys_of(role: Role) -> frozenset[Key]:
    """Everything a role may do, over all parts that have been imported."""
    return frozenset(_granted[role])
