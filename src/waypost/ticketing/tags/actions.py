"""What admins do with tags: make one, change it, let it go. Audited with what stood before and after."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from waypost.platform.access import ADMINS, EVERYONE, permission
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.tags import queries
from waypost.ticketing.tags.models import Color, Tag

READ = permission("ticketing.tags.read", EVERYONE)
STEER = permission("ticketing.tags.steer", ADMINS)

LONGEST = 60


class BadTagName(Invalid):
    """A tag needs a name of 1 to 60 characters."""


class TagNameTaken(Conflict):
    """A tag of this name exists."""


class TooManyTags(Conflict):
    """An organisation has at most 500 tags."""


class RuleAddsTag(Conflict):
    """A routing rule adds this tag: change the rule first."""


async def make(work: Work, name: str, color: Color | None = None) -> Tag:
    """A new tag; refuses a name that is there, in whatever case (409)."""
    name = cleaned(name)
    await _refuse_taken(work, name)
    if len(await queries.page(work.db)) >= queries.MOST:
        raise TooManyTags
    tag = Tag(id=new_id(), name=name, name_folded=name.casefold(), color=color, created_at=work.now)
    await _write(work, tag)
    await record(work, "tags.created", "tag", tag.id, {"after": _kept(tag)})
    return tag


async def change(work: Work, tag: Tag, name: str, color: Color | None) -> None:
    """The tag as it shall be: its tickets bear the new word. A change that changes nothing writes nothing."""
    before, name = _kept(tag), cleaned(name)
    if before == {"name": name, "color": color}:
        return
    await _refuse_taken(work, name, but=tag.id)
    tag.name, tag.name_folded, tag.color = name, name.casefold(), color
    await _write(work, tag)
    await record(work, "tags.updated", "tag", tag.id, {"before": before, "after": _kept(tag)})


async def remove(work: Work, tag: Tag) -> None:
    """No ticket bears it any more; refuses while a rule would add it (409)."""
    tag_id, before = tag.id, _kept(tag)
    try:
        async with work.db.begin_nested():
            await work.db.delete(tag)
    except IntegrityError as used:
        raise RuleAddsTag from used
    await record(work, "tags.deleted", "tag", tag_id, {"before": before})


def cleaned(text: str) -> str:
    """Blanks at the ends and in rows go; refuses what is no word (422)."""
    name = " ".join(text.replace("\0", "").split())
    if not 0 < len(name) <= LONGEST:
        raise BadTagName(errors=[{"field": "name", "msg": "1 to 60 characters"}])
    return name


async def _refuse_taken(work: Work, name: str, *, but: UUID | None = None) -> None:
    if await queries.name_is_taken(work.db, name.casefold(), but=but):
        raise TagNameTaken(errors=[{"field": "name", "msg": "another tag has it"}])


async def _write(work: Work, tag: Tag) -> None:
    """Two who choose the same name at the same moment: the index decides."""
    try:
        async with work.db.begin_nested():
            work.db.add(tag)
    except IntegrityError as twin:
        raise TagNameTaken(errors=[{"field": "name", "msg": "another tag has it"}]) from twin


def _kept(tag: Tag) -> dict[str, object]:
    return {"name": tag.name, "color": tag.color}
