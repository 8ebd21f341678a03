"""Putting files into a folder so that nothing half-written is ever taken for complete.

Order of the steps, each of which a process may die after: a staging folder beside the target; every file written whole
and synced there; each but the last given its name, read back and compared; the folders synced; the last one (the
sidecar) named, read back, synced; the staging folder removed. Dying anywhere leaves a staging folder and perhaps files
without a sidecar: the same put, done again, removes the one and completes the others. What is never done again is left
to the sweeper.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from waypost.archive.places import handles
from waypost.archive.places.refusals import NameTaken, ReadBackDiffers

PREFIX = ".tmp-archiving-"


def put(root: int, steps: Sequence[str], files: Sequence[tuple[str, bytes]], *, label: str, sync: bool) -> None:
    """All of `files` (name below the folder, content) below `steps`; refuses with `NameTaken`, `ReadBackDiffers`.

    `label` names the put; what stands under it is left from a try that died, or that was overtaken.
    """
    with ExitStack() as held:
        target = held.enter_context(handles.entered(root, steps, make=True, sync=sync))
        needed = [(name, content) for name, content in files if not _holds(target, name, content)]
        if not needed:
            _forget(target, PREFIX + label)
            return
        staging = held.enter_context(_staging(target, PREFIX + label))
        for at, (_, content) in enumerate(needed):
            handles.write_new(staging, str(at), content, sync=sync)
        handles.synced(staging, sync)
        last = files[-1][0]
        for at, (name, content) in enumerate(needed):
            if name == last:
                handles.synced(target, sync)
            _give_name(target, staging, str(at), name, content, sync=sync)
        handles.synced(target, sync)


def _give_name(target: int, staging: int, waiting: str, name: str, content: bytes, *, sync: bool) -> None:
    *steps, leaf = handles.parts_of(name)
    with handles.entered(target, steps, make=True, sync=sync) as folder:
        try:
            handles.place(staging, waiting, folder, leaf)
        except FileExistsError:
            if not _equal(folder, leaf, content):
                raise NameTaken from None
        if not _equal(folder, leaf, content):
            handles.remove(folder, leaf)
            raise ReadBackDiffers
        if steps:
            handles.synced(folder, sync)


def _holds(target: int, name: str, content: bytes) -> bool:
    """Whether exactly these bytes stand there; other ones are refused."""
    *steps, leaf = handles.parts_of(name)
    try:
        with handles.entered(target, steps) as folder:
            same = _equal(folder, leaf, content)
    except FileNotFoundError:
        return False
    if not same:
        raise NameTaken
    return True


def _equal(folder: int, name: str, content: bytes) -> bool:
    standing = hashlib.sha256(handles.read_whole(folder, name, anew=True)).digest()
    return standing == hashlib.sha256(content).digest()


@contextmanager
def _staging(target: int, name: str) -> Iterator[int]:
    """A folder of its own for each put; removed whatever happens, as far as that can be done."""
    _forget(target, name)
    handles.make_folder(target, name)
    mine = handles.identity(target, name)
    try:
        with handles.entered(target, [name]) as staging:
            yield staging
    finally:
        with suppress(OSError):
            if handles.identity(target, name) == mine:  # else a repetition has taken its place by now
                handles.remove_folder(target, name)


def _forget(target: int, name: str) -> None:
    """A folder that is not there is forgotten already."""
    with suppress(FileNotFoundError):
        handles.remove_folder(target, name)
