"""How clients find the server: a socket in a private folder, by choice also a port of this machine."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from waypost.platform.postgres.account import Account
from waypost.platform.postgres.folder import Folder, give
from waypost.platform.postgres.view import View

USUAL_NUMBER = 5432
LONGEST_SOCKET = 100  # bytes; the address structure of Unix sockets holds 104 on macOS and 108 on Linux
BESIDE = "sock"
SHORT_PLACE = Path("/tmp")


@dataclass(frozen=True)
class Address:
    """The socket's folder and its number, which is also the loopback port when there is one."""

    socket: Path
    number: int
    loopback: bool

    @classmethod
    def chosen(cls, folder: Folder, account: Account, port: int | None) -> Self:
        return cls(_socket_folder(folder, account), port or USUAL_NUMBER, port is not None)

    @classmethod
    def remembered(cls, folder: Folder) -> Self | None:
        """What the last start wrote down: a hint only, a login must prove it.

        A copied folder brings its original's address along; following it would lead to the original's server.
        """
        try:
            kept = json.loads(folder.address_file.read_text())
            address = cls(Path(kept["socket"]), int(kept["number"]), bool(kept["loopback"]))
            return address if kept["folder"] == str(folder.root) else None
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def remember(self, folder: Folder) -> None:
        kept = asdict(self) | {"socket": str(self.socket), "folder": str(folder.root)}
        folder.write(folder.address_file, json.dumps(kept))

    def as_seen(self, folder: Folder, view: View) -> str:
        """The socket's folder as the server is to name it."""
        return f"{view.beside}/{BESIDE}" if self.socket == folder.root / BESIDE else str(self.socket)

    @property
    def port(self) -> int | None:
        return self.number if self.loopback else None


def _socket_folder(folder: Folder, account: Account) -> Path:
    """Beside the cluster, or in a short place when that path is too long for a socket."""
    beside = folder.root / BESIDE
    if _fits(beside):
        give(beside, account)
        return beside
    kept = Address.remembered(folder)
    if kept is not None and _is_private(kept.socket, account):
        return kept.socket
    short = Path(tempfile.mkdtemp(prefix="waypost-", dir=SHORT_PLACE))
    give(short, account)
    return short


def _fits(folder: Path) -> bool:
    """A comma would separate two hosts in a client's address, a quote would end the server's setting."""
    socket = folder / ".s.PGSQL.65535"
    return len(os.fsencode(socket)) <= LONGEST_SOCKET and not set(str(socket)) & set(",\"'\\")


def _is_private(folder: Path, account: Account) -> bool:
    """In a place where anybody may create folders, a remembered name alone proves nothing."""
    try:
        state = folder.lstat()
    except FileNotFoundError:
        return False
    mine = (state.st_uid, state.st_mode & 0o777) == (account.uid, 0o700)
    return mine and folder.is_dir() and not folder.is_symlink()
