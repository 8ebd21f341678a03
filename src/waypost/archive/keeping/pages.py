"""Pages of keeping: retention in the settings, holds beside a record, what is due, lists of releases, certificates."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from waypost.archive.access import HOLD, READ, RELEASE, STEER
from waypost.archive.keeping import actions, holding, queries, releasing, wishes
from waypost.archive.keeping.models import Release, ReleaseState
from waypost.archive.keeping.typed import FIELDS, TypedClass, fields_of, typed_class
from waypost.archive.keeping.wire import certificates_json, due_json, items_json, releases_json, wishes_json
from waypost.archive.records import queries as records
from waypost.platform.errors import Refusal
from waypost.platform.identity.queries import names
from waypost.platform.places import read
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()
HOLDS, RETENTION, CLASS, DUE, RELEASES, ONE, CERTIFICATES, CERTIFICATE = (
    f"archive/keeping/{name}.html"
    for name in ("holds", "retention", "class", "due", "releases", "release", "certificates", "certificate")
)
Said = Annotated[str, Form(max_length=1_000)]
Cursor = Annotated[str, Query(max_length=100)]


@pages.get("/archives/{record_id}/holds", needs=READ)
async def holds(work: Reads, caller: SignedIn, record_id: UUID) -> Page:
    """A block beside the record, and a page by itself."""
    return await _holds(work.db, caller, record_id)


async def _holds(db: AsyncSession, caller: Caller, record_id: UUID, refusal: Refusal | None = None) -> Page:
    record, found = await records.by_id(db, record_id), await queries.holds(db, record_id)
    people = await names(db, {one for hold in found for one in (hold.placed_by, hold.lifted_by) if one})
    return Page(
        HOLDS,
        blocks=() if refusal else ("holds",),
        status=refusal.status if refusal else 200,
        record=record,
        holds=found,
        people=people,
        may_hold=HOLD in caller.keys,
        may_release=RELEASE in caller.keys,
        refusal=refusal,
    )


@pages.post("/archives/{record_id}/holds", needs=HOLD)
async def place(stages: Staged, caller: SignedIn, record_id: UUID, reason: Said = "") -> Page:
    """One more hold; without a reason the form says so."""
    try:
        async with stages.open() as work:
            await holding.place_hold(work, record_id, reason)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _holds(work.db, caller, record_id, refusal)
    return Page(HOLDS, goto=f"/archives/{record_id}#holds")


@pages.post("/archives/{record_id}/holds/{hold_id}/lifting", needs=HOLD)
async def lift(stages: Staged, caller: SignedIn, record_id: UUID, hold_id: UUID, reason: Said = "") -> Page:
    """Lift it; without a reason the form says so."""
    async with stages.open(reads=True) as work:
        await queries.hold_by_id(work.db, record_id, hold_id)
    try:
        async with stages.open() as work:
            await holding.lift_hold(work, record_id, hold_id, reason)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _holds(work.db, caller, record_id, refusal)
    return Page(HOLDS, goto=f"/archives/{record_id}#holds")


@pages.get("/archive-retention", needs=READ)
async def retention(work: Reads, caller: SignedIn) -> Page:
    """The classes in their order."""
    counts = await queries.counted_by_class(work.db)
    classes = await queries.classes(work.db)
    return Page(RETENTION, classes=classes, counts=counts, may_steer=STEER in caller.keys)


@pages.get("/archive-retention/new", needs=STEER)
async def new_class(work: Reads) -> Page:
    """The empty form."""
    blank = {name: field.default for name, field in TypedClass.model_fields.items()} | {"name": ""}
    return _form(blank, None)


@pages.get("/archive-retention/{retention_class_id}", needs=STEER)
async def one_class(work: Reads, retention_class_id: UUID) -> Page:
    """The form of one class."""
    return _form(fields_of(await queries.class_by_id(work.db, retention_class_id)), retention_class_id)


@pages.post("/archive-retention", needs=STEER)
async def add_class(request: Request, stages: Staged) -> Page:
    """Write it; what is wrong stands beside what was typed."""
    given = await _given(request)
    try:
        async with stages.open() as work:
            await actions.add_class(work, typed_class(given))
    except Refusal as refusal:
        return _form(given, None, refusal)
    return Page(CLASS, goto="/archive-retention")


@pages.post("/archive-retention/{retention_class_id}", needs=STEER)
async def change_class(request: Request, stages: Staged, retention_class_id: UUID) -> Page:
    """Change it; what is wrong stands beside what was typed."""
    given = await _given(request)
    async with stages.open(reads=True) as work:
        await queries.class_by_id(work.db, retention_class_id)
    try:
        async with stages.open() as work:
            kept = await queries.class_by_id(work.db, retention_class_id)
            await actions.change_class(work, kept, typed_class(given))
    except Refusal as refusal:
        return _form(given, retention_class_id, refusal)
    return Page(CLASS, goto="/archive-retention")


@pages.post("/archive-retention/{retention_class_id}/removal", needs=STEER)
async def remove_class(work: Writes, retention_class_id: UUID) -> Page:
    """Away with it."""
    await actions.remove_class(work, await queries.class_by_id(work.db, retention_class_id))
    return Page(RETENTION, goto="/archive-retention")


async def _given(request: Request) -> dict[str, Any]:
    return {name: value for name, value in (await request.form()).items() if name in FIELDS and isinstance(value, str)}


def _form(given: dict[str, Any], class_id: UUID | None, refusal: Refusal | None = None) -> Page:
    shown = {name: "" if given.get(name) is None else given[name] for name in FIELDS}
    errors = {one["field"]: one["msg"] for one in refusal.errors} if refusal else {}
    status = refusal.status if refusal else 200
    return Page(CLASS, status=status, given=shown, class_id=class_id, refusal=refusal, errors=errors)


@pages.get("/archive-due", needs=RELEASE)
async def due(work: Reads, cursor: Cursor = "") -> Page:
    """The dry run: what could go now; ticked ones become a proposal."""
    found = due_json(await queries.due(work.db, work.now, after=read(cursor), limit=queries.PAGE + 1))
    return Page(DUE, rows=found["items"], older=found["next_cursor"], at_start=not cursor, refusal=None)


@pages.get("/archive-releases", needs=RELEASE)
async def releases(work: Reads, cursor: Cursor = "") -> Page:
    """Lists of records to be erased, and the form for a person's request."""
    return await _releases(work.db, cursor)


async def _releases(db: AsyncSession, cursor: str = "", refusal: Refusal | None = None, typed: str = "") -> Page:
    found = releases_json(await queries.releases(db, before=read(cursor)))
    return Page(
        RELEASES,
        status=refusal.status if refusal else 200,
        rows=found["items"],
        older=found["next_cursor"],
        at_start=not cursor,
        refusal=refusal,
        typed=typed,
    )


@pages.post("/archive-releases", needs=RELEASE)
async def propose(
    stages: Staged,
    record_ids: Annotated[list[UUID] | None, Form(max_length=1_000)] = None,
    concerns: Annotated[str, Form(max_length=320)] = "",
    reason: Said = "",
) -> Page:
    """Propose what was ticked, or what concerns an address; what is wrong stands beside what was typed."""
    try:
        async with stages.open() as work:
            if concerns.strip():
                release = await releasing.propose_concerning(work, concerns, reason)
            else:
                release = await releasing.propose(work, record_ids or [], reason)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _releases(work.db, refusal=refusal, typed=concerns)
    return Page(ONE, goto=f"/archive-releases/{release.id}")


@pages.get("/archive-releases/{release_id}", needs=RELEASE)
async def one_release(work: Reads, caller: SignedIn, release_id: UUID, after: UUID | None = None) -> Page:
    """One list, what became of its records, and the acts that are open to this person."""
    return await _one(work.db, caller, release_id, after)


async def _one(
    db: AsyncSession, caller: Caller, release_id: UUID, after: UUID | None = None, refusal: Refusal | None = None
) -> Page:
    release = await queries.release_by_id(db, release_id)
    found = items_json(await queries.items(db, release_id, after=after))
    counts = (await queries.counted(db, [release_id])).get(release_id, (0, 0, 0))
    return Page(
        ONE,
        status=refusal.status if refusal else 200,
        release=release,
        counts=counts,
        rows=found["items"],
        following=found["next_cursor"],
        asked=wishes_json(await wishes.shown(db, release_id)),
        at_start=after is None,
        people=await names(db, {one for one in (release.proposed_by, release.decided_by) if one}),
        may=_may(release, caller),
        refusal=refusal,
    )


def _may(release: Release, caller: Caller) -> dict[str, bool]:
    waiting = release.state == ReleaseState.PROPOSED
    own = release.proposed_by == caller.person_id
    return {
        "propose": release.state == ReleaseState.LISTED,
        "agree": waiting and not own,
        "refuse": waiting,
        "own": own,
    }


@pages.post("/archive-releases/{release_id}/proposal", needs=RELEASE)
async def propose_listed(stages: Staged, caller: SignedIn, release_id: UUID, reason: Said = "") -> Page:
    """Take the machine's list as one's own proposal."""
    try:
        async with stages.open() as work:
            await releasing.propose_listed(work, release_id, reason)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _one(work.db, caller, release_id, refusal=refusal)
    return Page(ONE, goto=f"/archive-releases/{release_id}")


@pages.post("/archive-releases/{release_id}/agreement", needs=RELEASE)
async def agree(stages: Staged, caller: SignedIn, release_id: UUID) -> Page:
    """The second person's word."""
    try:
        async with stages.open() as work:
            await releasing.agree(work, release_id)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _one(work.db, caller, release_id, refusal=refusal)
    return Page(ONE, goto=f"/archive-releases/{release_id}")


@pages.post("/archive-releases/{release_id}/refusal", needs=RELEASE)
async def refuse(stages: Staged, caller: SignedIn, release_id: UUID, reason: Said = "") -> Page:
    """Nothing of it is erased."""
    try:
        async with stages.open() as work:
            await releasing.refuse(work, release_id, reason)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _one(work.db, caller, release_id, refusal=refusal)
    return Page(ONE, goto=f"/archive-releases/{release_id}")


@pages.get("/archive-certificates", needs=READ)
async def certificates(work: Reads, cursor: Cursor = "") -> Page:
    """What was erased, newest first."""
    found = certificates_json(await queries.certificates(work.db, before=read(cursor)))
    return Page(CERTIFICATES, rows=found["items"], older=found["next_cursor"], at_start=not cursor)


@pages.get("/archive-certificates/{certificate_id}", needs=READ)
async def certificate(work: Reads, certificate_id: UUID) -> Page:
    """One certificate, ready for print."""
    found = await queries.certificate_by_id(work.db, certificate_id)
    release = found.content["release"]
    ids = {name: UUID(release[name]) for name in ("proposed_by", "agreed_by")}
    known = await names(work.db, ids.values())
    said: dict[str, Any] = {name: known.get(id_, str(id_)) for name, id_ in ids.items()}
    said |= {name: datetime.fromisoformat(release[name]) for name in ("proposed_at", "agreed_at")}
    return Page(CERTIFICATE, certificate=found, **said)
