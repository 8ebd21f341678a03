"""Files by handles: each step of a path is opened from the one before, and never through a link.

A link inside the root, even one that stays there, is refused (ELOOP, ENOTDIR): nobody who may write on the share can
lead a write or a read elsewhere between a check and its use.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

FILE_MODE, FOLDER_MODE = 0o640, 0o750
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
OLD = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
CHUNK = 1 << 20
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)
"""How a share says that it knows no hard links."""


def parts_of(path: str) -> list[str]:
    """The steps of a relative POSIX path; refuses (EINVAL) one that climbs or is absolute."""
    steps = path.split("/") if path else []
    if any(step in ("", ".", "..") or "\0" in step for step in steps):
        raise OSError(errno.EINVAL, "not a plain relative path")
    return steps


@contextmanager
def opened(path: str) -> Iterator[int]:
    """The root; only the operator's own configuration may be a link."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def entered(root: int, steps: Sequence[str], *, make: bool = False, sync: bool = True) -> Iterator[int]:
    """A folder below the root by its steps, made on the way where `make` says so."""
    handle = os.dup(root)
    try:
        for step in steps:
            below = _step(handle, step, make=make, sync=sync)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


def _step(handle: int, step: str, *, make: bool, sync: bool) -> int:
    if make:
        with suppress(FileExistsError):
            make_folder(handle, step)
            synced(handle, sync)
    return os.open(step, FOLDER, dir_fd=handle)


def make_folder(handle: int, name: str) -> None:
    """A folder with our rights, whatever the process's umask; raises FileExistsError."""
    os.mkdir(name, FOLDER_MODE, dir_fd=handle)
    below = os.open(name, FOLDER, dir_fd=handle)
    try:
        with suppress(PermissionError):
            os.fchmod(below, FOLDER_MODE)
    finally:
        os.close(below)


def write_new(handle: int, name: str, content: bytes, *, sync: bool) -> None:
    """A new file with all of it, on the disk when `sync`."""
    file = os.open(name, NEW, FILE_MODE, dir_fd=handle)
    try:
        with suppress(PermissionError):
            os.fchmod(file, FILE_MODE)
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
        synced(file, sync)
    finally:
        os.close(file)


def read_whole(handle: int, name: str, *, anew: bool = False) -> bytes:
    """All bytes of a plain file; `anew` asks the system to fetch them again instead of remembering them."""
    file = os.open(name, OLD, dir_fd=handle)
    try:
        if anew:
            with suppress(OSError):
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        return b"".join(iter(lambda: os.read(file, CHUNK), b""))
    finally:
        os.close(file)


def place(staging: int, waiting: str, target: int, name: str) -> None:
    """Give a whole file its name; raises FileExistsError when the name is taken, and never takes it.

    A hard link does both in one step; on a share without them the check and the renaming are two.
    """
    try:
        os.link(waiting, name, src_dir_fd=staging, dst_dir_fd=target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if stands(target, name):
            raise FileExistsError(errno.EEXIST, "it stands") from error
        os.rename(waiting, name, src_dir_fd=staging, dst_dir_fd=target)


def stands(handle: int, name: str) -> bool:
    """Whether something of this name is there, links included."""
    try:
        os.stat(name, dir_fd=handle, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def identity(handle: int, name: str) -> int:
    """What tells this file or folder from another one that gets the same name later."""
    return os.stat(name, dir_fd=handle, follow_symlinks=False).st_ino


def remove(handle: int, name: str) -> None:
    """A file that may be gone."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=handle)


def remove_folder(handle: int, name: str) -> None:
    """A staging folder and the plain files in it."""
    below = os.open(name, FOLDER, dir_fd=handle)
    try:
        for each in os.listdir(below):
            remove(below, each)
    finally:
        os.close(below)
    os.rmdir(name, dir_fd=handle)


def synced(handle: int, sync: bool) -> None:
    """On the disk; folders of some shares cannot be told to, which is their own word."""
    if not sync:
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise
