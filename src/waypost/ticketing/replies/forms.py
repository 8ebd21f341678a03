"""The composer's form, as browsers send it: every field may be missing, none is trusted."""

import re
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, File, Form, UploadFile
from starlette.datastructures import UploadFile as Uploaded
from starlette.requests import Request

from waypost.platform.ids import new_id
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import ATTACHMENT, Blobs
from waypost.platform.work import Work
from waypost.ticketing.outbound.writing_mail import one_line
from waypost.ticketing.replies.drafts.actions import (
    LARGEST_FILE,
    LARGEST_SUM,
    MOST_FILES,
    FilesTooLarge,
    TooManyFiles,
    Typed,
    Upload,
)
from waypost.ticketing.replies.writing import Enclosed, clean

BODY_LIMIT = 30_000_000
"""Bytes of a form with files: what a reply may carry, and room for the form itself."""
UNNAMED = "file"
OPAQUE = "application/octet-stream"
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
VERSION = re.compile(r"[0-9a-f]{32}\.[0-9a-f]{32}")


async def _typed(
    draft: Annotated[str, Form(max_length=60)] = "",
    identity: Annotated[str, Form(max_length=60)] = "",
    to: Annotated[str, Form()] = "",
    cc: Annotated[str, Form()] = "",
    subject: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "",
    quote: Annotated[bool, Form()] = False,
    seen: Annotated[str, Form(max_length=100)] = "",
) -> Typed:
    known = seen if VERSION.fullmatch(seen) else ""
    return Typed(_id(draft) or new_id(), _id(identity), to, cc, subject, body, quote, known)


TypedForm = Annotated[Typed, Depends(_typed)]
Uploads = Annotated[list[UploadFile] | None, File()]


async def stored(request: Request, org: UUID, files: Sequence[Uploaded]) -> list[Upload]:
    """The files of a form, their bytes on the store. Refuses too many and too large ones before anything is kept."""
    named = [one for one in files if one.filename]
    if len(named) > MOST_FILES:
        raise TooManyFiles(errors=[{"field": "files", "msg": "too many"}])
    sizes = [one.size or 0 for one in named]
    if max(sizes, default=0) > LARGEST_FILE or sum(sizes) > LARGEST_SUM:
        raise FilesTooLarge(errors=[{"field": "files", "msg": "too large"}])
    blobs: Blobs = request.app.state.parts.of(Blobs)
    refs = await blobs.put_many(org, [(ATTACHMENT, await one.read()) for one in named]) if named else []
    return [
        Upload(ref, file_name(one.filename or ""), media_type(one.content_type or ""))
        for ref, one in zip(refs, named, strict=True)
    ]


async def enclosed(work: Work, uploads: Sequence[Upload]) -> tuple[Enclosed, ...]:
    """Stored files, as a reply takes them along without a draft. Refuses nothing: `stored` has looked."""
    blob_ids = await register(work, [one.ref for one in uploads])
    named = zip(uploads, blob_ids, strict=True)
    return tuple(Enclosed(blob_id, one.filename, one.content_type) for one, blob_id in named)


def file_name(told: str) -> str:
    """The last part of what a browser calls the file, without control characters."""
    name = re.split(r"[/\\]", one_line(clean(told)))[-1].strip()
    return name[:255] or UNNAMED


def media_type(told: str) -> str:
    """What a browser says of the file, when it has the form of a media type (RFC 6838, 4.2); never believed further."""
    kind = told.partition(";")[0].strip().lower()
    return kind if MEDIA_TYPE.fullmatch(kind) else OPAQUE


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
