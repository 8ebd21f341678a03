"""Bringing a tree of before into the catalogue: every file is hashed again and left as it is, every one gets a leaf.

Resumable: what was imported is recognised by its path and hash. A file outside the archive's root is copied into it,
under the same path.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from waypost.archive.places.folder import FolderPlace
from waypost.archive.places.placement import Stored
from waypost.archive.places.refusals import NameTaken
from waypost.archive.places.shelf import Shelf
from waypost.archive.places.tree import BESIDE, Standing, sha256_of, standing
from waypost.archive.records.actions import confirm, reserve
from waypost.archive.records.draft import Described, Draft, DraftFile, Slot
from waypost.archive.records.models import VersionKind
from waypost.archive.records.queries import version_of_request
from waypost.archive.signing.levels import Level, Sealed
from waypost.platform.access import MACHINE
from waypost.platform.work import Work, Works

SPACE = UUID("5f0d6a52-7f0e-5c55-9d3b-0c1f4be0f7f1")
AT_ONCE = 50
Tell = Callable[[str, str], None]
"""Hears a path and what became of it."""


@dataclass(slots=True)
class Report:
    """What became of every PDF of the tree."""

    counts: Counter[str] = field(default_factory=Counter)
    """imported, already, ours, missing_sidecar, bad_sidecar, missing_attachment, hash_mismatch, taken."""

    @property
    def clean(self) -> bool:
        """Nothing needs a person."""
        return not self.counts.keys() - {"imported", "would_import", "already", "ours"}


@dataclass(frozen=True, slots=True)
class Import:
    """One run over one tree."""

    works: Works
    shelf: Shelf
    org: UUID
    tree: Path
    source: str = "default"
    """Which Zammad the tickets of the tree belong to, so that a later version follows the imported one."""
    dry: bool = False

    async def run(self, tell: Tell) -> Report:
        """Oldest first, so that versions are numbered as they were made."""
        report = Report()
        found = await asyncio.to_thread(lambda: sorted(standing(self.tree), key=lambda one: (one.made_at, one.path)))
        for at in range(0, len(found), AT_ONCE):
            for one, became in await self._bring(found[at : at + AT_ONCE]):
                report.counts[became] += 1
                tell(one.path, became)
        return report

    async def _bring(self, group: Sequence[Standing]) -> list[tuple[Standing, str]]:
        ready = [one for one in group if not one.trouble and not one.is_ours]
        known = await self._known(ready)
        fresh = [one for one in ready if one.path not in known]
        taken = set() if self.dry else await self._put(fresh)
        if not self.dry:
            await self._write_down([one for one in fresh if one.path not in taken])
        return [(one, self._became(one, known, taken)) for one in group]

    def _became(self, one: Standing, known: set[str], taken: set[str]) -> str:
        if one.is_ours:
            return "ours"
        if one.trouble:
            return one.trouble
        if one.path in known:
            return "already"
        return "taken" if one.path in taken else "would_import" if self.dry else "imported"

    async def _known(self, group: Iterable[Standing]) -> set[str]:
        async with self.works.open(self.org, MACHINE, reads=True) as work:
            return {one.path for one in group if await version_of_request(work.db, self._wish(one))}

    async def _put(self, group: Iterable[Standing]) -> set[str]:
        """Into the root where they are not there already; gives the paths whose place another file or house has."""
        taken = set()
        for one in group:
            top = self._folder(one).split("/")[0]
            owned = not top or await self.shelf.names.adopt(self.org, top)
            if not owned or not (self._inside or await self._copied(one)):
                taken.add(one.path)
        return taken

    async def _copied(self, one: Standing) -> bool:
        here = self.tree / one.folder
        files = [(name, await asyncio.to_thread((here / name).read_bytes)) for name in self._names(one)]
        try:
            await self.shelf.place.put(one.folder, files, label="import")
        except NameTaken:
            return False
        return True

    async def _write_down(self, group: Sequence[Standing]) -> None:
        sums = {one.path: await asyncio.to_thread(sha256_of, self.tree / f"{one.path}{BESIDE}") for one in group}
        async with self.works.open(self.org, MACHINE) as work:
            for one in group:
                await self._kept(work, one, sums[one.path])

    async def _kept(self, work: Work, one: Standing, sidecar_sha256: str) -> None:
        version = await reserve(work, self._draft(one))
        sums = {one.name: str(one.sidecar["sha256"]).lower(), **one.attachments, f"{one.name}{BESIDE}": sidecar_sha256}
        folder = self._folder(one)
        paths = {name: f"{folder}/{name}".lstrip("/") for name in sums}
        await confirm(work, version.id, Stored(folder, paths, sums))

    def _draft(self, one: Standing) -> Draft:
        said = one.sidecar
        return Draft(
            request_id=self._wish(one),
            kind="zammad",
            source=self.source,
            ref=str(said["ticket_id"]),
            number=str(said.get("ticket_number") or said["ticket_id"]),
            title=str(said.get("title") or ""),
            sealed=[_seal(said)],
            wanted=Level.NONE,
            describe=lambda _slot: self._described(one, _slot),
            closed_at=one.made_at,
            as_=VersionKind.IMPORTED,
        )

    def _described(self, one: Standing, _slot: Slot) -> Described:
        """The old sidecar is the manifest: it verifies unchanged."""
        here = self.tree / one.folder
        pdf = DraftFile("pdf", one.name, str(one.sidecar["sha256"]).lower(), (here / one.name).stat().st_size)
        beside = [
            DraftFile("attachment", name, sha256, (here / name).stat().st_size)
            for name, sha256 in one.attachments.items()
        ]
        return Described(one.sidecar, [pdf, *beside])

    def _wish(self, one: Standing) -> UUID:
        return uuid5(SPACE, f"{self.org} {self._folder(one)}/{one.name} {one.sidecar['sha256']}")

    def _names(self, one: Standing) -> list[str]:
        return [one.name, *one.attachments, f"{one.name}{BESIDE}"]

    @property
    def _root(self) -> Path | None:
        return Path(self.shelf.place.root) if isinstance(self.shelf.place, FolderPlace) else None

    @property
    def _inside(self) -> bool:
        """Whether the tree is the archive's own, or a part of it."""
        return self._root is not None and self.tree.is_relative_to(self._root)

    def _folder(self, one: Standing) -> str:
        """Relative to the archive's root."""
        if not self._inside or self._root is None:
            return one.folder
        above = self.tree.relative_to(self._root).as_posix()
        return "/".join(part for part in (above, one.folder) if part not in ("", "."))


def _seal(said: Any) -> Sealed:
    """What the other archiver made was no PAdES: a plain CMS signature, or none."""
    signing = said.get("signing") if isinstance(said.get("signing"), dict) else {}
    reason = "plain_cms" if signing.get("enabled") else "signing_disabled"
    fingerprint = signing.get("cert_fingerprint")
    return Sealed(b"", Level.NONE, reason, signer_fingerprint=str(fingerprint) if fingerprint else None)
