"""Verbs on one offer of a notebook: status, notes, tags, follow-up; taking one in by hand. Each leaves its line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from waypost.platform.errors import Invalid
from waypost.platform.work import Work
from waypost.sourcing.notebook import queries
from waypost.sourcing.notebook.actions import link
from waypost.sourcing.notebook.models import Origin, Status, UserJobOffer
from waypost.sourcing.notebook.noting import note
from waypost.sourcing.notebook.queries import NoSuchOffer

LONGEST_NOTES, LONGEST_TAG, MOST_TAGS, LONGEST_LINE = 10_000, 50, 20, 500


class BadTags(Invalid):
    """At most 20 tags of 1 to 50 characters."""


class BadNotes(Invalid):
    """Notes may have 10,000 characters, a follow-up's note 500."""


async def set_status(work: Work, mine: UserJobOffer, status: Status, words: str = "") -> bool:
    """How far the person is; setting the same again changes nothing and tells nothing. Gives whether it changed."""
    if mine.status == status:
        return False
    note(work, mine.id, "status", mine.status, status, _line(words))
    mine.status, mine.last_status_at, mine.updated_at = status, work.now, work.now
    return True


@dataclass(frozen=True, slots=True)
class Meta:
    """What a person writes beside an offer; None: as it is. `follow_up_at` counts only with `plans`."""

    notes: str | None = None
    tags: tuple[str, ...] | None = None
    plans: bool = False
    follow_up_at: datetime | None = None
    follow_up_note: str | None = None


async def set_meta(work: Work, mine: UserJobOffer, meta: Meta) -> None:
    """Notes, tags, follow-up. A new day is reminded of again. Refuses what is too long (BadNotes, BadTags)."""
    if meta.notes is not None and _notes(meta.notes) != mine.notes:
        mine.notes = _notes(meta.notes)
        note(work, mine.id, "notes", None, None)
    if meta.tags is not None and tidied(meta.tags) != mine.tags:
        mine.tags = tidied(meta.tags)
        note(work, mine.id, "tags", None, ", ".join(mine.tags))
    if meta.follow_up_note is not None:
        mine.follow_up_note = _line(meta.follow_up_note)
    if meta.plans and meta.follow_up_at != mine.follow_up_at:
        note(work, mine.id, "followUp", _iso(mine.follow_up_at), _iso(meta.follow_up_at), mine.follow_up_note)
        mine.follow_up_at, mine.reminded_at = meta.follow_up_at, None
    mine.updated_at = work.now


async def pick(work: Work, offer_id: UUID) -> UserJobOffer:
    """An offer of the catalogue into one's own notebook, scored against the active profile; there already: as it is.

    Refuses an offer that does not exist (404).
    """
    person = work.actor.person_id
    assert person is not None, "a notebook belongs to a person"
    profile = await queries.profile_ready(work.db, person)
    await link(work, person, [offer_id], run_id=None, origin=Origin.PICKED, profile=profile)
    mine = await queries.of_offer(work.db, offer_id, person, for_update=True)
    if mine is None:
        raise NoSuchOffer
    return mine


def tidied(tags: Iterable[str]) -> list[str]:
    """Tags as they are kept: trimmed, each once whatever its case, in the order given. Refuses too many or too long."""
    found = {tag.casefold(): tag for tag in (" ".join(one.replace("\0", "").split()) for one in tags) if tag}
    if len(found) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in found.values()):
        raise BadTags(errors=[{"field": "tags", "msg": "at most 20 of 1 to 50 characters"}])
    return list(found.values())


def _notes(text: str) -> str:
    return _short(text.replace("\0", "").replace("\r\n", "\n").strip(), LONGEST_NOTES, "notes")


def _line(text: str) -> str:
    return _short(" ".join(text.replace("\0", "").split()), LONGEST_LINE, "note")


def _short(text: str, longest: int, field: str) -> str:
    if len(text) > longest:
        raise BadNotes(errors=[{"field": field, "msg": f"at most {longest} characters"}])
    return text


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None
