"""The composer's form, as browsers send it: every field may be missing, none is trusted."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, File, Form, UploadFile
from starlette.requests import Request

from waypost.platform.ids import new_id
from waypost.platform.storage.blobs import ATTACHMENT, Blobs
from waypost.ticketing.replies.drafts.actions import (
    LARGEST_FILE,
    LARGEST_SUM,
    MOST_FILES,
    FilesTooLarge,
    TooManyFiles,
    Typed,
    Upload,
)

BODY_LIMIT = 30_000_000
"""Bytes of a form with files: what a reply may carry, and room for the form itself."""
UNNAMED = "file"


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
    return Typed(_id(draft) or new_id(), _id(identity), to, cc, subject, body, quote, seen)


TypedForm = Annotated[Typed, Depends(_typed)]
Uploads = Annotated[list[UploadFile] | None, File()]


async def stored(request: Request, org: UUID, files: Sequence[UploadFile]) -> list[Upload]:
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
        Upload(ref, (one.filename or UNNAMED)[:255], (one.content_type or "application/octet-stream").lower()[:255])
        for ref, one in zip(refs, named, strict=True)
    ]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
