"""Asking a child process for pictures of a kept PDF; what is not as it was kept is never shown as if it were."""

import asyncio
import hashlib
from datetime import timedelta
from uuid import UUID

from waypost.archive.places.refusals import FileMissing
from waypost.archive.places.shelf import Shelf
from waypost.archive.records import queries
from waypost.archive.records.judging import look_soon
from waypost.archive.records.models import KeptFile
from waypost.platform.errors import NotFound
from waypost.platform.jobs.children import ChildFailed, in_child
from waypost.platform.storage.drawing import Drawn, Undrawable, count_pages, draw_page
from waypost.platform.web.doors import Stages

LARGEST = 50_000_000
PATIENCE = timedelta(minutes=1)
"""These are our own pages, and a child steps back behind everybody else: on a busy machine it takes its time."""
MEMORY = 768 << 20


class NoPreview(NotFound):
    """This file cannot be shown here; download it instead."""


def shows(file: KeptFile) -> bool:
    """Whether it is worth a try: a PDF of ours that stands and is not too large."""
    return file.role == "pdf" and file.path is not None and (file.size or 0) <= LARGEST


async def pdf_of(shelf: Shelf, stages: Stages, record_id: UUID, file_id: UUID) -> bytes:
    """The bytes of a record's PDF. Refuses other files, missing ones, and those that are not what was kept: their
    version is looked at next."""
    async with stages.open(reads=True) as work:
        file = await queries.file_by_id(work.db, record_id, file_id)
    if not shows(file):
        raise NoPreview
    try:
        content = await shelf.read(file.path or "")
    except FileMissing:
        content = b""
    if await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest()) != file.sha256:
        async with stages.open() as work:
            await look_soon(work, file.version_id)
        raise NoPreview
    return content


async def pages_of(content: bytes) -> int:
    """How many pages; refuses with `NoPreview`."""
    try:
        return await in_child(count_pages, content, timeout=PATIENCE, memory=MEMORY)
    except (ChildFailed, Undrawable) as failed:
        raise NoPreview from failed


async def page_of(content: bytes, number: int) -> Drawn:
    """One page as a picture; refuses with `NoPreview`."""
    try:
        return await in_child(draw_page, content, number, timeout=PATIENCE, memory=MEMORY)
    except (ChildFailed, Undrawable) as failed:
        raise NoPreview from failed
