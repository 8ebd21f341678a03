"""Every call to the operating system may be the last one, and every one may fail."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.archive.places.conftest import FILES, FOLDER, names_below
from tests.archive.places.killing import CALLS
from tests.house.sources import CHECKOUT
from waypost.archive.places.folder import FolderPlace
from waypost.archive.places.refusals import (
    NameTaken,
    PlaceAbsent,
    PlaceDenied,
    PlaceFull,
    PlaceReadOnly,
    PlaceSilent,
    ReadBackDiffers,
)
from waypost.archive.places.staging import PREFIX
from waypost.archive.places.troubles import Troubles, named_errors
from waypost.platform.errors import Refusal

pytestmark = pytest.mark.anyio
WHOLE = {name: content.decode() for name, content in FILES}
PROVE = bool(os.environ.get("PROVE"))
SIDECAR = FILES[-1][0]


def test_dying_at_any_step_shows_nothing_half_and_a_second_put_completes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.archive.places.killing", str(tmp_path), "1" if PROVE else "7"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    deaths = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(deaths) > (100 if PROVE else 10)
    for death in deaths:
        seen = death["seen"]
        assert seen.items() <= WHOLE.items(), death
        assert SIDECAR not in seen or seen == WHOLE, death
        assert death["again"] == WHOLE and death["left"] == death["litter"] == [], death
    assert any(0 < len(death["seen"]) < len(WHOLE) for death in deaths)


class Failing:
    """The operating system's n-th call to `name` fails with `code`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, n: int, code: int) -> None:
        self.left, self._code, self._call = n, code, getattr(os, name)
        monkeypatch.setattr(os, name, self)

    def __call__(self, *args: Any, **options: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            raise OSError(self._code, os.strerror(self._code))
        return self._call(*args, **options)


@pytest.mark.parametrize("call", ["write", "fsync", "link", "mkdir", "read"])
async def test_a_failure_at_any_call_is_told_and_leaves_no_litter(
    tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = 0
    for n in range(1, 100):
        root = tmp_path / str(n)
        root.mkdir()
        place = FolderPlace(str(root), needs_marker=False)
        with monkeypatch.context() as patched:
            failing = Failing(patched, call, n, errno.EIO)
            try:
                await place.put(FOLDER, FILES, label="1")
            except PlaceSilent:
                failures += 1
        if failing.left > 0:
            break
        standing = {name.removeprefix(f"{FOLDER}/") for name in names_below(root)}
        assert not any(PREFIX in name for name in standing), n
        await place.put(FOLDER, FILES, label="1")
        assert {name.removeprefix(f"{FOLDER}/") for name in names_below(root)} == set(WHOLE)
    assert failures >= (6 if call == "fsync" else 3)


TABLE = [
    ("EAGAIN", PlaceSilent),
    ("ETIMEDOUT", PlaceSilent),
    ("ECONNRESET", PlaceSilent),
    ("EPIPE", PlaceSilent),
    ("ENOTCONN", PlaceAbsent),
    ("ESTALE", PlaceAbsent),
    ("EIO", PlaceSilent),
    ("ENETDOWN", PlaceSilent),
    ("ENETUNREACH", PlaceSilent),
    ("EHOSTUNREACH", PlaceSilent),
    ("ENOENT", PlaceAbsent),
    ("ENOSPC", PlaceFull),
    ("EDQUOT", PlaceFull),
    ("EROFS", PlaceReadOnly),
    ("EACCES", PlaceDenied),
    ("EPERM", PlaceDenied),
    ("EINVAL", PlaceDenied),
    ("ENAMETOOLONG", PlaceDenied),
    ("ENOTDIR", PlaceDenied),
    ("EISDIR", PlaceDenied),
    ("EUCLEAN", PlaceSilent),
]


@pytest.mark.parametrize(("name", "kind"), TABLE)
def test_the_documented_errors(name: str, kind: type[Refusal]) -> None:
    refusal = Troubles().refusal(OSError(getattr(errno, name), "/mnt/secret/path"))
    assert type(refusal) is kind and name in refusal.detail and "secret" not in refusal.detail
    assert refusal.again == issubclass(kind, PlaceSilent)


def test_the_operator_may_say_otherwise() -> None:
    troubles = Troubles(named_errors("erofs, EIO"), named_errors("EACCES"))
    assert not troubles.refusal(OSError(errno.EROFS, "")).again and not troubles.refusal(OSError(errno.EIO, "")).again
    assert troubles.refusal(OSError(errno.EACCES, "")).again
    with pytest.raises(ValueError, match="ENOSUCH"):
        named_errors("ENOSUCH")


@pytest.mark.parametrize(("code", "kind"), [(errno.ENOSPC, PlaceFull), (errno.EROFS, PlaceReadOnly)])
async def test_a_full_and_a_read_only_share_by_name(
    place: FolderPlace, root: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: type[Refusal]
) -> None:
    Failing(monkeypatch, "write", 2, code)
    with pytest.raises(kind):
        await place.put(FOLDER, FILES, label="1")
    assert names_below(root) == set()


async def test_a_share_that_keeps_other_bytes_than_it_was_given(
    place: FolderPlace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write: Callable[[int, bytes], int] = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda file, data: write(file, bytes(data).replace(b"pages", b"Pages")))
        with pytest.raises(ReadBackDiffers):
            await place.put(FOLDER, FILES, label="1")
    assert names_below(root) == set()
    await place.put(FOLDER, FILES, label="1")
    assert names_below(root) == {f"{FOLDER}/{name}" for name in WHOLE}


async def test_a_share_without_hard_links_is_served_too(
    place: FolderPlace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: Any, **__: Any) -> None:
        raise OSError(errno.EOPNOTSUPP, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    await place.put(FOLDER, FILES, label="1")
    assert names_below(root) == {f"{FOLDER}/{name}" for name in WHOLE}
    with pytest.raises(NameTaken):
        await place.put(FOLDER, [(FILES[0][0], b"other"), FILES[-1]], label="1")


async def test_without_fsync_nothing_is_synced(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Failing(monkeypatch, "fsync", 1, errno.EIO)
    await FolderPlace(str(root), sync=False).put(FOLDER, FILES, label="1")
    assert failing.left == 1 and "fsync" in CALLS
