"""Verbs: keep a text, change it, put it away, take it back."""

from dataclasses import dataclass
from uuid import UUID

from waypost.platform.access import ADMINS, permission
from waypost.platform.errors import Conflict, Forbidden, Invalid
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.replies.canned import queries
from waypost.ticketing.replies.canned.filling import refuse_unknown
from waypost.ticketing.replies.canned.models import CannedReply

SHARE = permission("ticketing.canned.share", ADMINS)
NAME_LONGEST, BODY_LONGEST = 120, 20_000


class MayNotShare(Forbidden):
    """Only an admin writes texts for everybody."""


class NamelessText(Invalid):
    """A canned reply needs a name of at most 120 characters."""


class EmptyText(Invalid):
    """A canned reply needs a text of at most 20,000 characters."""


class NameTaken(Conflict):
    """There is a canned reply of this name already."""


class TooManyTexts(Conflict):
    """There are 300 canned replies already: remove one first."""


@dataclass(frozen=True, slots=True)
class Text:
    """A canned reply as a person types it."""

    name: str
    body: str
    is_shared: bool = False


async def create(work: Work, person_id: UUID, typed: Text) -> CannedReply:
    """Keep a new one. Refuses names that are taken, places that we cannot fill, and sharing without the right."""
    if len(await queries.of(work.db, person_id)) >= queries.MOST:
        raise TooManyTexts
    canned = CannedReply(id=new_id(), created_at=work.now)
    await _write(work, canned, person_id, typed)
    work.db.add(canned)
    return canned


async def change(work: Work, canned: CannedReply, person_id: UUID, typed: Text) -> None:
    """Write it anew, for oneself or for everybody."""
    _refuse_others(work, canned)
    await _write(work, canned, person_id, typed)


async def remove(work: Work, canned: CannedReply) -> None:
    """Put it away."""
    _refuse_others(work, canned)
    canned.removed_at = work.now


async def restore(work: Work, canned: CannedReply) -> None:
    """Take it back; refuses when another one has its name by now."""
    _refuse_others(work, canned)
    if await queries.name_is_taken(work.db, canned.name, canned.owner_id, but=canned.id):
        raise NameTaken
    canned.removed_at = None


async def _write(work: Work, canned: CannedReply, person_id: UUID, typed: Text) -> None:
    if typed.is_shared and not work.actor.may(SHARE):
        raise MayNotShare
    name, body = " ".join(typed.name.replace("\0", "").split()), typed.body.replace("\0", "").replace("\r\n", "\n")
    if not 0 < len(name) <= NAME_LONGEST:
        raise NamelessText(errors=[{"field": "name", "msg": "between 1 and 120 characters"}])
    if not body.strip() or len(body) > BODY_LONGEST:
        raise EmptyText(errors=[{"field": "body", "msg": "between 1 and 20,000 characters"}])
    refuse_unknown(body)
    owner = None if typed.is_shared else person_id
    if await queries.name_is_taken(work.db, name, owner, but=canned.id):
        raise NameTaken(errors=[{"field": "name", "msg": "taken"}])
    canned.name, canned.body, canned.owner_id, canned.updated_at = name, body.strip("\n"), owner, work.now


def _refuse_others(work: Work, canned: CannedReply) -> None:
    """Everybody uses what is everybody's; who may share may change it."""
    if canned.owner_id is None and not work.actor.may(SHARE):
        raise MayNotShare
