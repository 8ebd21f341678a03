"""Where a ticket's record belongs, as the ticket itself says: a chain of folders below somebody's folder."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from waypost.archive.places.placement import Placing
from waypost.archive.sealing.snapshot import Party
from waypost.archive.sources.zammad.reading import NOBODY, Ticket, text
from waypost.archive.sources.zammad.words import (
    EmptyArchivePath,
    InvalidArchivePath,
    MissingArchivePath,
    MissingArchiveUser,
    MissingUserLogin,
    UnknownUserMode,
)

LEVELS = re.compile(r">|::")
"""`A > B` as people type it, `A::B` as Zammad's tree select joins it."""


@dataclass(frozen=True, slots=True)
class FieldNames:
    """How the fields are called in this Zammad."""

    path: str = "archive_path"
    user_mode: str = "archive_user_mode"
    user: str = "archive_user"


def placing(ticket: Ticket, names: FieldNames, agents: Iterable[Party], own: str | None) -> Placing:
    """User folder and chain of a ticket. `agents` are those a webhook named, best first; `own` is our account's id.

    Refuses with the classes that carry the documented codes.
    """
    given = ticket.attributes
    user = _user(ticket, given, names, agents, own)
    return Placing(user, _segments(given.get(names.path)), ticket.number, ref=ticket.id)


def _segments(value: Any) -> tuple[str, ...]:
    if value is None:
        raise MissingArchivePath
    if isinstance(value, str):
        parts: list[Any] = LEVELS.split(value)
    elif isinstance(value, list):
        parts = value
    else:
        raise InvalidArchivePath
    if not all(isinstance(part, str) for part in parts):
        raise InvalidArchivePath
    found = tuple(part.strip() for part in parts if part.strip())
    if not found:
        raise EmptyArchivePath
    return found


def _user(ticket: Ticket, given: Mapping[str, Any], names: FieldNames, agents: Iterable[Party], own: str | None) -> str:
    mode = given.get(names.user_mode)
    if mode is None:
        mode = "owner"
    if mode == "owner":
        return _login([ticket.names.party(ticket.record, "owner").login])
    if mode == "current_agent":
        last = ticket.names.party(ticket.record, "updated_by")
        return _login([agent.login for agent in (*agents, last) if own is None or agent.id != own])
    if mode == "fixed":
        fixed = text(given.get(names.user))
        if not fixed:
            raise MissingArchiveUser
        return fixed
    raise UnknownUserMode


def _login(candidates: Iterable[str | None]) -> str:
    for login in candidates:
        if login and login.strip() and login.strip() != NOBODY:
            return login.strip()
    raise MissingUserLogin
