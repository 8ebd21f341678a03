"""What admins do with queues: open, rename, archive, and say who looks after them."""

import re
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.platform.access import ADMINS, EVERYONE, permission
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.identity.queries import is_member
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.queues.models import Queue, QueueMembership
from waypost.ticketing.queues.queries import MOST, every, slug_is_taken

READ = permission("ticketing.queues.read", EVERYONE)
STEER = permission("ticketing.queues.steer", ADMINS)

LONGEST = 200
APART = re.compile(r"[^a-z0-9]+")


class BlankName(Invalid):
    """A queue needs a name."""


class NameTooLong(Invalid):
    """A name or slug has at most 200 characters."""


class BlankSlug(Invalid):
    """A slug needs a letter from a to z or a digit."""


class SlugTaken(Conflict):
    """Queue slug already exists."""


class TooManyQueues(Conflict):
    """An organisation has at most 500 queues."""


class NotAColleague(Invalid):
    """Only members of this organisation look after its queues."""


def slug_of(text: str) -> str:
    """Lower case; every run of other characters than a-z and 0-9 becomes one hyphen."""
    return APART.sub("-", text.lower()).strip("-")


def chosen_slug(name: str, slug: str | None) -> str:
    """The slug that was asked for, else one of the name; a name in another script gets a stable one of its own."""
    if slug is not None:
        found = slug_of(slug)
    else:
        found = slug_of(name) or (_of_letters(name) if any(map(str.isalnum, name)) else "")
    if not found:
        raise BlankSlug(errors=[{"field": "slug", "msg": "use letters from a to z or digits"}])
    return found


def _of_letters(name: str) -> str:
    return f"queue-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


async def open_queue(work: Work, name: str, slug: str | None = None) -> Queue:
    """A new queue; refuses a slug that exists, also as an archived queue's."""
    name = _name(name)
    wanted = chosen_slug(name, _short(slug))
    await _refuse_taken(work, wanted)
    if len(await every(work.db, archived=True)) >= MOST:
        raise TooManyQueues
    queue = Queue(id=new_id(), name=name, slug=wanted, created_at=work.now)
    work.db.add(queue)
    await work.db.flush()
    await record(work, "queues.created", "queue", queue.id, {"after": _kept(queue)})
    return queue


async def rename(work: Work, queue: Queue, name: str | None = None, slug: str | None = None) -> None:
    """Another name or slug; what is not given stays."""
    before = _kept(queue)
    if name is not None:
        queue.name = _name(name)
    if slug is not None:
        wanted = chosen_slug(queue.name, _short(slug))
        await _refuse_taken(work, wanted, but=queue.id)
        queue.slug = wanted
    await _tell(work, "queues.updated", queue, before)


async def archive(work: Work, queue: Queue) -> None:
    """No new tickets; those that wait in it stay."""
    before = _kept(queue)
    queue.archived_at = queue.archived_at or work.now
    await _tell(work, "queues.archived", queue, before)


async def restore(work: Work, queue: Queue) -> None:
    """Back in use."""
    before = _kept(queue)
    queue.archived_at = None
    await _tell(work, "queues.restored", queue, before)


async def join(work: Work, queue: Queue, person_id: UUID) -> None:
    """A colleague looks after the queue; twice is once."""
    if not await is_member(work.db, person_id):
        raise NotAColleague(errors=[{"field": "user_id", "msg": "choose a colleague from the list"}])
    written = await work.db.scalar(
        upsert(QueueMembership)
        .values(id=new_id(), queue_id=queue.id, user_id=person_id, created_at=work.now)
        .on_conflict_do_nothing(index_elements=["org_id", "queue_id", "user_id"])
        .returning(QueueMembership.id)
    )
    if written is not None:
        await record(work, "queues.member_added", "queue", queue.id, {"user_id": str(person_id)})


async def leave(work: Work, queue: Queue, person_id: UUID) -> None:
    """A colleague no longer looks after the queue; nobody who never did is missed."""
    gone = await work.db.scalar(
        delete(QueueMembership)
        .where(QueueMembership.queue_id == queue.id, QueueMembership.user_id == person_id)
        .returning(QueueMembership.id)
    )
    if gone is not None:
        await record(work, "queues.member_removed", "queue", queue.id, {"user_id": str(person_id)})


def _name(text: str) -> str:
    name = " ".join(text.replace("\0", "").split())
    if not name:
        raise BlankName(errors=[{"field": "name", "msg": "write a name"}])
    return _short(name) or ""


def _short(text: str | None) -> str | None:
    if text is not None and len(text) > LONGEST:
        raise NameTooLong
    return text


async def _refuse_taken(work: Work, slug: str, *, but: UUID | None = None) -> None:
    if await slug_is_taken(work.db, slug, but=but):
        raise SlugTaken(errors=[{"field": "slug", "msg": "another queue has it"}])


async def _tell(work: Work, act: str, queue: Queue, before: dict[str, object]) -> None:
    after = _kept(queue)
    if after != before:
        await record(work, act, "queue", queue.id, {"before": before, "after": after})


def _kept(queue: Queue) -> dict[str, object]:
    return {"name": queue.name, "slug": queue.slug, "is_archived": queue.archived_at is not None}
