"""Verbs of release: the machine lists what is due, one person proposes, another one agrees or refuses.

An API key acts as the person who owns it, so the same person with a key is still the same person.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from waypost.archive.evidence import actions as evidence
from waypost.archive.keeping import queries, wishes
from waypost.archive.keeping.holding import given
from waypost.archive.keeping.models import (
    ErasureDue,
    ItemState,
    Release,
    ReleaseAgreed,
    ReleaseItem,
    ReleaseKind,
    ReleaseState,
    WishErasureDue,
)
from waypost.archive.keeping.refusals import (
    NothingChosen,
    NotOpen,
    PeopleOnly,
    SamePerson,
    TooManyRecords,
)
from waypost.archive.records.manifest import stamp
from waypost.archive.requests.forgetting import queries as requests
from waypost.platform.access import ActorKind
from waypost.platform.audit.actions import record
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_missing
from waypost.platform.work import Work


async def list_due(work: Work) -> Release | None:
    """The machine's dry run: what is due now, as one list that waits for a person. Nothing when nothing is due."""
    found = [record.id for record, _ in await queries.due(work.db, work.now, limit=queries.MOST_ITEMS)]
    listed = await queries.listed(work.db, for_update=True)
    if not found:
        return listed
    if listed is None:
        listed = await _made(work, ReleaseKind.DUE, ReleaseState.LISTED, "")
    await _add(work, listed, found)
    return listed


async def propose(
    work: Work, record_ids: Collection[UUID], reason: str, *, kind: ReleaseKind = ReleaseKind.CHOSEN
) -> Release:
    """A list of one's own; it waits for somebody else."""
    reason = given(reason)
    _person(work)
    release = await _made(work, kind, ReleaseState.PROPOSED, reason)
    await _propose(work, release, list(record_ids))
    return release


async def propose_concerning(work: Work, address: str, reason: str) -> Release:
    """Everything in which this address has a part: somebody asked that it be erased."""
    found = await queries.concerning(work.db, address)
    asked = await requests.concerning(work.db, address, queries.MOST_ITEMS + 1)
    if len(found) + len(asked) > queries.MOST_ITEMS:
        raise TooManyRecords
    reason, _ = given(reason), _person(work)
    release = await _made(work, ReleaseKind.PERSON, ReleaseState.PROPOSED, reason)
    await wishes.add(work, release.id, asked)
    await _propose(work, release, found)
    release.concerns = address.strip().lower()
    return release


async def propose_listed(work: Work, release_id: UUID, reason: str) -> Release:
    """Take the machine's list as one's own proposal."""
    reason, _ = given(reason), _person(work)
    release = await queries.release_by_id(work.db, release_id, for_update=True)
    if release.state != ReleaseState.LISTED:
        raise NotOpen
    release.state, release.reason = ReleaseState.PROPOSED, reason
    await _propose(work, release, [])
    return release


async def agree(work: Work, release_id: UUID) -> Release:
    """The second person's word: a leaf says so, and each record is erased by a job of its own."""
    person = _person(work)
    release = await _waiting(work, release_id)
    if release.proposed_by == person:
        raise SamePerson
    items = await queries.items_waiting(work.db, release_id)
    release.state, release.decided_by, release.decided_at = ReleaseState.AGREED, person, work.now
    asked = await wishes.waiting(work.db, release_id, queries.MOST_ITEMS)
    content = {"release": str(release_id), "kind": release.kind, "records": len(items), "at": stamp(work.now)}
    content |= {"requests": len(asked)} if asked else {}
    release.log_position = (await evidence.append(work, "release", content)).position
    await _audit(work, "agreed", release, len(items), len(asked))
    work.tell(ReleaseAgreed(release_id))
    for item in items:
        work.tell(ErasureDue(item.id))
    for wish in asked:
        work.tell(WishErasureDue(wish.id))
    return release


async def refuse(work: Work, release_id: UUID, reason: str) -> Release:
    """No: nothing is deleted. The one who proposed it may take it back this way too."""
    reason, person = given(reason), _person(work)
    release = await _waiting(work, release_id)
    release.state, release.decided_by, release.decided_at = ReleaseState.REFUSED, person, work.now
    release.decided_because, release.ended_at, release.concerns = reason, work.now, None
    await _audit(work, "refused", release, None)
    return release


async def end_release(work: Work, release_id: UUID) -> None:
    """When nothing of it waits any more; the person it was about is forgotten."""
    release = await queries.release_by_id(work.db, release_id, for_update=True)
    left = await queries.items_waiting(work.db, release_id) or await wishes.waiting(work.db, release_id, 1)
    if release.state == ReleaseState.AGREED and not left:
        release.state, release.ended_at, release.concerns = ReleaseState.DONE, work.now, None
        if release.kind == ReleaseKind.PERSON:
            release.reason = ""


async def list_record(work: Work, release_id: UUID, record_id: UUID) -> UUID | None:
    """One more record of an agreed list: a request on it became this one. Gives its item; None when it stands there."""
    row = {"id": new_id(), "release_id": release_id, "record_id": record_id, "state": ItemState.WAITING.value}
    return next(iter(await insert_missing(work.db, ReleaseItem, [row])), None)


async def _made(work: Work, kind: ReleaseKind, state: ReleaseState, reason: str) -> Release:
    release = Release(id=new_id(), kind=kind, state=state, reason=reason, made_at=work.now)
    work.db.add(release)
    await work.db.flush()
    return release


async def _propose(work: Work, release: Release, record_ids: Sequence[UUID]) -> None:
    release.proposed_by, release.proposed_at = work.actor.person_id, work.now
    await _add(work, release, record_ids)
    total, _, _ = (await queries.counted(work.db, [release.id])).get(release.id, (0, 0, 0))
    asked = (await wishes.counted(work.db, [release.id])).get(release.id, 0)
    if not total + asked:
        raise NothingChosen
    await _audit(work, "proposed", release, total, asked)


async def _add(work: Work, release: Release, record_ids: Sequence[UUID]) -> None:
    """Records of this organisation that are not erased yet; once each."""
    if len(record_ids) > queries.MOST_ITEMS:
        raise TooManyRecords
    standing = await queries.erasable(work.db, record_ids)
    rows = [
        {"id": new_id(), "release_id": release.id, "record_id": one, "state": ItemState.WAITING.value}
        for one in standing
    ]
    await insert_missing(work.db, ReleaseItem, rows)


async def _waiting(work: Work, release_id: UUID) -> Release:
    release = await queries.release_by_id(work.db, release_id, for_update=True)
    if release.state != ReleaseState.PROPOSED:
        raise NotOpen
    return release


def _person(work: Work) -> UUID:
    if work.actor.kind is not ActorKind.PERSON or work.actor.person_id is None:
        raise PeopleOnly
    return work.actor.person_id


async def _audit(work: Work, verb: str, release: Release, records: int | None, asked: int = 0) -> None:
    detail = {"kind": release.kind, **({} if records is None else {"records": records})}
    detail |= {"requests": asked} if asked else {}
    await record(work, f"archive.release.{verb}", "archive_release", release.id, detail)
