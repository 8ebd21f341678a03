"""Keeping for programs: retention classes, holds, what is due, releases by two people, certificates."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from waypost.archive.access import HOLD, READ, RELEASE, STEER
from waypost.archive.keeping import actions, holding, queries, releasing, wishes
from waypost.archive.keeping.typed import FIELDS, ClassChange, Proposal, TypedClass, Why, fields_of, typed_class
from waypost.archive.keeping.wire import (
    certificate_json,
    certificates_json,
    class_json,
    classes_json,
    due_json,
    hold_json,
    items_json,
    release_json,
    releases_json,
    wishes_json,
)
from waypost.archive.records import queries as records
from waypost.platform.places import read
from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.platform.work import Work

api = Doors(tags=["archive"])
Cursor = Annotated[str, Query(max_length=100)]


@api.get("/archives/{record_id}/holds", needs=READ)
async def list_holds(work: Reads, record_id: UUID) -> dict[str, Any]:
    """All holds of a record, standing ones first."""
    await records.by_id(work.db, record_id)
    return {"items": [hold_json(one) for one in await queries.holds(work.db, record_id)]}


@api.post("/archives/{record_id}/holds", needs=HOLD, status_code=201)
async def place_hold(work: Writes, record_id: UUID, body: Why) -> dict[str, Any]:
    """One more hold."""
    return hold_json(await holding.place_hold(work, record_id, body.reason))


@api.post("/archives/{record_id}/holds/{hold_id}/lifting", needs=HOLD)
async def lift_hold(work: Writes, record_id: UUID, hold_id: UUID, body: Why) -> dict[str, Any]:
    """Lift it."""
    await holding.lift_hold(work, record_id, hold_id, body.reason)
    return hold_json(await queries.hold_by_id(work.db, record_id, hold_id))


@api.get("/archive-retention", needs=READ)
async def list_classes(work: Reads) -> dict[str, Any]:
    """The classes in the order in which they are asked, each with how many records it keeps."""
    return classes_json(await queries.classes(work.db), await queries.counted_by_class(work.db))


@api.post("/archive-retention", needs=STEER, status_code=201)
async def add_class(work: Writes, body: TypedClass) -> dict[str, Any]:
    """A new class."""
    return class_json(await actions.add_class(work, body.wanted()))


@api.patch("/archive-retention/{retention_class_id}", needs=STEER)
async def change_class(work: Writes, retention_class_id: UUID, body: ClassChange) -> dict[str, Any]:
    """Change what was sent."""
    kept = await queries.class_by_id(work.db, retention_class_id)
    given = {name: value for name, value in (body.model_extra or {}).items() if name in FIELDS}
    await actions.change_class(work, kept, typed_class(fields_of(kept) | given))
    return class_json(kept)


@api.delete("/archive-retention/{retention_class_id}", needs=STEER, status_code=204)
async def remove_class(work: Writes, retention_class_id: UUID) -> Response:
    """Away with it; its records fall to the next class that fits."""
    await actions.remove_class(work, await queries.class_by_id(work.db, retention_class_id))
    return Response(status_code=204)


@api.get("/archive-due", needs=RELEASE)
async def list_due(work: Reads, cursor: Cursor = "") -> dict[str, Any]:
    """Records whose time is over and that nothing holds, the longest over first: a dry run."""
    return due_json(await queries.due(work.db, work.now, after=read(cursor), limit=queries.PAGE + 1))


@api.get("/archive-releases", needs=RELEASE)
async def list_releases(work: Reads, cursor: Cursor = "") -> dict[str, Any]:
    """Lists of records to be erased, newest first."""
    return releases_json(await queries.releases(work.db, before=read(cursor)))


@api.post("/archive-releases", needs=RELEASE, status_code=201)
async def propose(work: Writes, body: Proposal) -> dict[str, Any]:
    """Propose that records go: those of `record_ids`, or all that concern the address `concerns`."""
    if body.concerns:
        release = await releasing.propose_concerning(work, body.concerns, body.reason)
    else:
        release = await releasing.propose(work, body.record_ids, body.reason)
    return await _release(work, release.id)


@api.get("/archive-releases/{release_id}", needs=RELEASE)
async def one_release(work: Reads, release_id: UUID, after: UUID | None = None) -> dict[str, Any]:
    """One list with a page of its records (`records_page`; go on with `?after=`), and the first 100 requests that never
    became a record (`requests`)."""
    found = await _release(work, release_id)
    asked = wishes_json(await wishes.shown(work.db, release_id))
    return found | {
        "records_page": items_json(await queries.items(work.db, release_id, after=after)),
        "requests": asked,
    }


@api.post("/archive-releases/{release_id}/proposal", needs=RELEASE)
async def propose_listed(work: Writes, release_id: UUID, body: Why) -> dict[str, Any]:
    """Take the machine's list of what is due as one's own proposal."""
    await releasing.propose_listed(work, release_id, body.reason)
    return await _release(work, release_id)


@api.post("/archive-releases/{release_id}/agreement", needs=RELEASE)
async def agree(work: Writes, release_id: UUID) -> dict[str, Any]:
    """The second person's word; refused (403) to the first one, also by an API key."""
    await releasing.agree(work, release_id)
    return await _release(work, release_id)


@api.post("/archive-releases/{release_id}/refusal", needs=RELEASE)
async def refuse(work: Writes, release_id: UUID, body: Why) -> dict[str, Any]:
    """Nothing of it is erased."""
    await releasing.refuse(work, release_id, body.reason)
    return await _release(work, release_id)


@api.get("/archive-certificates", needs=READ)
async def list_certificates(work: Reads, cursor: Cursor = "") -> dict[str, Any]:
    """Certificates of erasure, newest first."""
    return certificates_json(await queries.certificates(work.db, before=read(cursor)))


@api.get("/archive-certificates/{certificate_id}", needs=READ)
async def one_certificate(work: Reads, certificate_id: UUID) -> dict[str, Any]:
    """One certificate: hash `content` as canonical JSON (RFC 8785) and compare."""
    return certificate_json(await queries.certificate_by_id(work.db, certificate_id))


async def _release(work: Work, release_id: UUID) -> dict[str, Any]:
    counts = await queries.counted(work.db, [release_id])
    return release_json(await queries.release_by_id(work.db, release_id), counts.get(release_id, (0, 0, 0)))
