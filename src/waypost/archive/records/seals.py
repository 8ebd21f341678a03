"""Signatures and tokens of kept files, judged as they stand: what `signing` finds, as one finding of a check."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waypost.archive.records.checks import Check
from waypost.archive.records.ladder import STRENGTH
from waypost.archive.signing.levels import Level
from waypost.platform.errors import Refusal

if TYPE_CHECKING:
    from waypost.archive.signing.examine import Examined, Trust


@dataclass(slots=True)
class Seals:
    """A part: whom this process trusts. Certificates are read when the first signature is judged."""

    trusted: Sequence[Path] = ()
    _trust: "Trust | None" = None
    _roots: list[Any] | None = field(default=None, repr=False)

    async def judge(self, pdf: bytes, level: Level) -> Check:
        """Whether every signature of a file holds, and the level that was written down is the one that is there."""
        from waypost.archive.signing.examine import examine

        try:
            return _said(await examine(pdf, await self._trusts()), level)
        except Refusal as refusal:
            return Check("signature", False, refusal.detail)

    async def judge_token(self, token: bytes, root: bytes) -> Check:
        """Whether an authority's token is for this root, under a certificate that was good when it was given."""
        from waypost.archive.signing.tokens import check_token, read_token

        try:
            at = read_token(token).at
            found = await asyncio.to_thread(check_token, token, root, await self._anchors(), at)
        except Refusal as refusal:
            return Check("time_proof", False, refusal.detail)
        return Check("time_proof", True, f"{found.subject}, {found.at:%Y-%m-%d %H:%M:%S} UTC.")

    async def _trusts(self) -> "Trust":
        from waypost.archive.signing.examine import Trust

        if self._trust is None:
            self._trust = Trust(tuple(self.trusted))
        return self._trust

    async def _anchors(self) -> list[Any]:
        from waypost.archive.signing.anchors import trusted

        if self._roots is None:
            self._roots = await asyncio.to_thread(trusted, list(self.trusted))
        return self._roots


def _said(found: "Examined", level: Level) -> Check:
    raise NotImplementedError
