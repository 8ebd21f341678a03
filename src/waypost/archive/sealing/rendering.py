"""From a snapshot to pages: pure, deterministic, in a child process with limits on time and memory.

The same snapshot and the same look give the same bytes, on any machine with the packages of the lock.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from waypost.archive.sealing.apart import ProcessEnded
from waypost.archive.sealing.look import Look, LookRefused, check, template_version
from waypost.archive.sealing.printing import Printed, laid_out, print_case
from waypost.archive.sealing.snapshot import Snapshot
from waypost.archive.sealing.volumes import TooManyArticles
from waypost.platform.errors import Unavailable
from waypost.platform.jobs.children import ChildFailed, in_child

__all__ = ["Look", "LookRefused", "PagesNotMade", "TooManyArticles", "Volume", "check", "render", "template_version"]

PREFIX = "waypost-pages-"
LEFT_BEHIND = timedelta(hours=6)
TIMEOUT = timedelta(minutes=5)
MEMORY = 3 << 29
"""Bytes of address space; what is really held stays below half of it."""


class PagesNotMade(Unavailable):
    """The pages could not be made this time."""


@dataclass(frozen=True, slots=True)
class Volume:
    """A document of a case: PDF/A-3a and PDF/UA-1, with everything it was made of inside."""

    pdf: bytes
    number: int
    """From 1."""
    articles: int
    """How many it prints."""
    notes: tuple[str, ...]
    """What a reader must know: characters without a glyph, pictures not shown, articles left out. In the look's
    language, as printed."""
    template: str
    """The template version, as the proof sheet says it."""


@dataclass(frozen=True, slots=True)
class _Limits:
    time: timedelta
    memory: int


def render(
    snapshot: Snapshot,
    files: Mapping[str, bytes],
    look: Look,
    *,
    timeout: timedelta = TIMEOUT,
    memory: int = MEMORY,
) -> Coroutine[Any, Any, list[Volume]]:
    """Await it: the volumes of a case, in their order.

    `files` holds the bytes of kept files by SHA-256 (hex); a file that is missing there is printed as failed. Refuses
    more articles than the look allows (TooManyArticles), a look that cannot work (LookRefused), and raises
    PagesNotMade, which may be tried again, after `timeout` or above `memory` bytes.
    """
    limits = _Limits(timeout, memory)
    return _render(snapshot, files, look, limits)


async def _render(snapshot: Snapshot, files: Mapping[str, bytes], look: Look, limits: "_Limits") -> list[Volume]:
    check(look)
    folder = await asyncio.to_thread(_own_folder)
    try:
        order = await asyncio.to_thread(laid_out, folder, snapshot, files, look)
        printed = await in_child(print_case, order, timeout=limits.time, memory=limits.memory)
        return await asyncio.to_thread(_volumes, folder, printed)
    except (ChildFailed, ProcessEnded) as error:
        raise PagesNotMade(f"The pages could not be made: {error}.") from None
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _own_folder() -> Path:
    """A new one; what a killed process left behind hours ago goes on the way, for it holds personal data."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND.total_seconds():
                shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=PREFIX))


def _volumes(folder: Path, printed: list[Printed]) -> list[Volume]:
    return [
        Volume((folder / f"volume-{one.number}.pdf").read_bytes(), one.number, one.articles, one.notes, one.template)
        for one in printed
    ]
