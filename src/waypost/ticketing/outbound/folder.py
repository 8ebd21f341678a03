"""Mail that stays in the house, for trials: each letter becomes a file instead of leaving."""

import asyncio
import os
from pathlib import Path
from urllib.parse import quote

from waypost.ticketing.outbound.sender import Envelope, Leaving, NotNow, Sent

LONGEST = 120
"""Characters of a file's name; ours are far shorter."""


class FolderFull(NotNow):
    """The folder for mail cannot be written."""


class FolderSender:
    """Puts mail down as `.eml` files named after their Message-IDs, so that it can tell what is there already."""

    looks_up = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, envelope: Envelope, leaving: Leaving) -> Sent:
        """Under another name first: a file that is there is whole."""
        await leaving()
        try:
            return await asyncio.to_thread(self._put, envelope)
        except OSError as error:
            raise FolderFull from error

    async def find(self, envelope: Envelope) -> Sent | None:
        """What was put down before."""
        path = self._path(envelope)
        return Sent(path.name) if await asyncio.to_thread(path.exists) else None

    def _put(self, envelope: Envelope) -> Sent:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(envelope)
        draft = path.with_suffix(".writing")
        draft.write_bytes(envelope.raw)
        os.replace(draft, path)
        return Sent(path.name)

    def _path(self, envelope: Envelope) -> Path:
        name = quote(envelope.rfc_message_id.strip("<>"), safe="@")
        return self._folder / f"{name[:LONGEST]}.eml"
