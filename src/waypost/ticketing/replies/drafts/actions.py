"""Verbs of a draft: keep it, hang files on it, put it away, take it back, say that it was sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from waypost.platform.errors import Invalid
from waypost.platform.ids import new_id
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import BlobRef
from waypost.platform.work import Work
from waypost.ticketing.outbound.queries import outgoing
from waypost.ticketing.replies import queries as replies
from waypost.ticketing.replies.drafts import queries
from waypost.ticketing.replies.drafts.composing import own_words
from waypost.ticketing.replies.drafts.models import Draft, DraftFile
from waypost.ticketing.replies.drafts.queries import DraftNotFound
from waypost.ticketing.replies.queries import blobs
from waypost.ticketing.replies.writing import BODY_LONGEST, SUBJECT_LONGEST, Enclosed, Reply, clean

MOST_FILES, LARGEST_FILE, LARGEST_SUM = 20, 20_000_000, 25_000_000
ADDRESSES_LONGEST = 20_000


class TooManyFiles(Invalid):
    """A reply takes at most 20 files."""


class FilesTooLarge(Invalid):
    """A file may have 20 MB, and all files of a reply 25 MB together."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A composer's form. `id` was given to it when it was opened, so that a late save of one that was sent is known."""

    id: UUID
    send_identity_id: UUID | None
    to_typed: str
    cc_typed: str
    subject: str
    body: str
    with_quote: bool
    seen: str

    def saying(self, body: str) -> "Typed":
        """The same with other words."""
        return replace(self, body=body)

    def knowing(self, version: str) -> "Typed":
        """The same by somebody who knows the thread as it stands in this version."""
        return replace(self, seen=version)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent along with the form, its bytes stored."""

    ref: BlobRef
    filename: str
    content_type: str


async def save(work: Work, ticket_id: UUID, person_id: UUID, typed: Typed) -> Draft | None:
    """Keep what was typed. None when this very draft was sent or discarded meanwhile: a late save revives nothing."""
    draft = await queries.of(work.db, ticket_id, person_id, lock=True)
    if draft is not None and not draft.is_open:
        if draft.id == typed.id:
            return None
        await work.db.delete(draft)
        await work.db.flush()
        draft = None
    if draft is None:
        draft = Draft(id=typed.id, ticket_id=ticket_id, person_id=person_id)
        work.db.add(draft)
    _write(work, draft, typed)
    await work.db.flush()
    return draft


async def attach(work: Work, draft: Draft, uploads: Sequence[Upload]) -> None:
    """Hang files on it. Refuses too many, and too much."""
    there = await queries.files(work.db, draft.id)
    if len(there) + len(uploads) > MOST_FILES:
        raise TooManyFiles(errors=[{"field": "files", "msg": "too many"}])
    sizes = [upload.ref.size for upload in uploads]
    if max(sizes, default=0) > LARGEST_FILE or sum(sizes) + sum(one.size_bytes for one in there) > LARGEST_SUM:
        raise FilesTooLarge(errors=[{"field": "files", "msg": "too large"}])
    blob_ids = await register(work, [upload.ref for upload in uploads])
    for upload, blob_id in zip(uploads, blob_ids, strict=True):
        work.db.add(_file(draft, upload, blob_id))
    await work.db.flush()


async def detach(work: Work, draft: Draft, file_id: UUID) -> None:
    """Take one off again."""
    await work.db.delete(await queries.file(work.db, draft.id, file_id))


async def discard(work: Work, ticket_id: UUID, person_id: UUID) -> None:
    """Put it away; it can be taken back until the next one is begun."""
    draft = await mine(work, ticket_id, person_id)
    draft.discarded_at = work.now


async def restore(work: Work, ticket_id: UUID, person_id: UUID) -> None:
    """Take back what was put away."""
    draft = await queries.of(work.db, ticket_id, person_id, lock=True)
    if draft is None or draft.sent_as is not None:
        raise DraftNotFound
    draft.discarded_at, draft.updated_at = None, work.now


async def became(work: Work, draft: Draft, message_id: UUID) -> None:
    """It was sent."""
    draft.sent_as, draft.updated_at = message_id, work.now


async def give_back(work: Work, ticket_id: UUID, person_id: UUID, message_id: UUID, typed: Reply) -> None:
    """A reply was taken back: its draft is open again; without one, what it said becomes one."""
    draft = await queries.of(work.db, ticket_id, person_id, lock=True)
    if draft is not None and draft.sent_as == message_id:
        draft.sent_as, draft.updated_at = None, work.now
        return
    if draft is not None and draft.is_open:
        return
    await begin(work, ticket_id, person_id, typed)


async def begin(work: Work, ticket_id: UUID, person_id: UUID, reply: Reply) -> None:
    """A draft with what a reply said, files included; signature and history come anew."""
    said = Typed(
        new_id(),
        reply.send_identity_id,
        ", ".join(reply.to_emails),
        ", ".join(reply.cc_emails),
        reply.subject,
        own_words(reply.body_text, reply.quote_start),
        reply.quote_start is not None,
        reply.seen or "",
    )
    draft = await save(work, ticket_id, person_id, said)
    stored = await blobs(work.db, [one.blob_id for one in reply.files])
    for one in reply.files if draft else ():
        size = stored[one.blob_id].size_bytes
        work.db.add(_row(said.id, one.blob_id, one.filename, one.content_type, size))


async def begin_from(work: Work, ticket_id: UUID, person_id: UUID, message_id: UUID) -> None:
    """A draft out of a message of ours that did not arrive."""
    content = await replies.content(work.db, message_id)
    files = await replies.attachments(work.db, message_id)
    sending = await outgoing(work.db, message_id, lock=False)
    said = Reply(
        sending.send_identity_id,
        tuple(content.to_emails),
        content.subject or "",
        content.body_text or "",
        tuple(content.cc_emails),
        files=tuple(Enclosed(one.blob_id, one.filename, one.content_type) for one in files),
        quote_start=content.quote_start,
        seen=str(await replies.thread_version(work.db, ticket_id)),
    )
    await begin(work, ticket_id, person_id, said)


async def mine(work: Work, ticket_id: UUID, person_id: UUID) -> Draft:
    """The open draft of a person, locked; refuses when there is none."""
    draft = await queries.of(work.db, ticket_id, person_id, lock=True)
    if draft is None or not draft.is_open:
        raise DraftNotFound
    return draft


def _write(work: Work, draft: Draft, typed: Typed) -> None:
    draft.send_identity_id, draft.with_quote = typed.send_identity_id, typed.with_quote
    draft.to_typed, draft.cc_typed = (
        clean(typed.to_typed)[:ADDRESSES_LONGEST],
        clean(typed.cc_typed)[:ADDRESSES_LONGEST],
    )
    draft.subject, draft.body = clean(typed.subject)[: SUBJECT_LONGEST + 1], clean(typed.body)[: BODY_LONGEST + 1]
    draft.seen, draft.updated_at = typed.seen, work.now
    draft.discarded_at = draft.sent_as = None


def _file(draft: Draft, upload: Upload, blob_id: UUID) -> DraftFile:
    return _row(draft.id, blob_id, upload.filename, upload.content_type, upload.ref.size)


def _row(draft_id: UUID, blob_id: UUID, filename: str, content_type: str, size: int) -> DraftFile:
    return DraftFile(
        id=new_id(),
        draft_id=draft_id,
        blob_id=blob_id,
        filename=filename,
        content_type=content_type,
        size_bytes=size,
    )
