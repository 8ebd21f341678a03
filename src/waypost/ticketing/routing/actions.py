"""What admins do with the allowlist. Audited with what stood before and after; addresses in it are masked."""

import re
from typing import Any
from uuid import UUID

from waypost.platform.access import ADMINS, STAFF, permission
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.observe.masking import masked
from waypost.platform.work import Work
from waypost.ticketing.routing import queries
from waypost.ticketing.tickets.models import AllowedRecipient

SIMULATE = permission("ticketing.routing.simulate", STAFF)
STEER = permission("ticketing.routing.steer", ADMINS)

SHORTEST, LONGEST = 3, 320
UNSEEN = re.compile(r"[\x00-\x20\x7f]")


class BadPattern(Invalid):
    """A pattern has 3 to 320 characters, without blanks."""


class PatternTaken(Conflict):
    """Allowlist pattern already exists."""


class TooManyPatterns(Conflict):
    """An allowlist has at most 1,000 patterns."""


async def allow(work: Work, pattern: str, *, is_enabled: bool = True) -> AllowedRecipient:
    """A new entry; refuses a pattern that is there, in whatever case."""
    wanted = cleaned(pattern)
    if await queries.pattern_is_taken(work.db, wanted):
        raise PatternTaken(errors=[{"field": "pattern", "msg": "it is on the list"}])
    if len(await queries.entries(work.db)) >= queries.MOST_PATTERNS:
        raise TooManyPatterns
    entry = AllowedRecipient(id=new_id(), pattern=wanted, is_enabled=is_enabled, created_at=work.now)
    work.db.add(entry)
    await work.db.flush()
    await _audit(work, "created", entry.id, None, _kept(entry))
    return entry


async def change_entry(
    work: Work, entry: AllowedRecipient, *, pattern: str | None = None, is_enabled: bool | None = None
) -> None:
    """Another pattern, or switched on or off; what is not given stays."""
    before = _kept(entry)
    if pattern is not None:
        wanted = cleaned(pattern)
        if await queries.pattern_is_taken(work.db, wanted, but=entry.id):
            raise PatternTaken(errors=[{"field": "pattern", "msg": "it is on the list"}])
        entry.pattern = wanted
    entry.is_enabled = entry.is_enabled if is_enabled is None else is_enabled
    if _kept(entry) != before:
        await work.db.flush()
        await _audit(work, "updated", entry.id, before, _kept(entry))


async def remove_entry(work: Work, entry: AllowedRecipient) -> None:
    """Take it off the list."""
    await work.db.delete(entry)
    await work.db.flush()
    await _audit(work, "deleted", entry.id, _kept(entry), None)


def cleaned(pattern: str) -> str:
    """Trimmed and in lower case; refuses what no address could fit."""
    found = pattern.strip().lower()
    if not SHORTEST <= len(found) <= LONGEST or UNSEEN.search(found):
        raise BadPattern(errors=[{"field": "pattern", "msg": "3 to 320 characters, such as *@acme.example"}])
    return found


def _kept(entry: AllowedRecipient) -> dict[str, Any]:
    return {"pattern": entry.pattern, "is_enabled": entry.is_enabled}


async def _audit(work: Work, verb: str, id_: UUID, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    await record(work, f"routing.allowlist.{verb}", "allowlist_entry", id_, masked({"before": before, "after": after}))
