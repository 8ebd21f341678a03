"""The shelf: where the archive's files stand, as requests, records and keeping know it."""

import hashlib
import json
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from waypost.archive.places import policy
from waypost.archive.places.names import Names
from waypost.archive.places.place import Place
from waypost.archive.places.placement import Part, Placing, Stored
from waypost.archive.places.plan import Plan
from waypost.archive.places.policy import Rules
from waypost.archive.places.refusals import FileMissing


@dataclass(slots=True)
class Shelf:
    """A part of every process. Never call it with a transaction open, but for `plan`, which goes nowhere."""

    place: Place
    rules: Rules = field(default_factory=Rules)
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names(self.place)

    async def claim(
        self, placing: Placing, *, org: UUID, case: str, moment: datetime, pdfs: Collection[str] = ()
    ) -> Placing:
        """Before the first `plan` of a case: settle which names are its own, and give the placing with them.

        Folders: names that became equal by losing something get a short hash, the second comer's; the top folder
        belongs to one organisation. The file: marked when another case's stands under the same name. `case` is
        `kind/source/ref`, `pdfs` the SHA-256 (hex) of the files to come. Refuses as `plan` does.
        """
        found = policy.folders(placing.user, placing.segments, self.rules)
        claimed = replace(placing, names=await self.names.claim(org, found))
        if await self._is_anothers(claimed, case, moment, pdfs):
            return replace(claimed, mark=policy.short_hash(str(org), case))
        return claimed

    def plan(self, placing: Placing, *, moment: datetime, version: int, record_id: UUID) -> Plan:
        """Names of one version's files. Refuses (`PathRefused`, its `token` is the documented code)."""
        found = policy.folders(placing.user, placing.segments, self.rules)
        names = placing.names or tuple(one.name for one in found)
        stem, ending = policy.filename(placing.number, moment, self.rules)
        stem += f"-{placing.mark}" if placing.mark else ""
        label = policy.fit(policy.sanitised(placing.ref or placing.number))[: policy.LONGEST]
        return Plan(self.place.root, "/".join(names), stem, ending, version, record_id, label)

    async def put(self, plan: Plan, parts: Sequence[Part]) -> Stored:
        """Put all parts in place, the sidecar last: where it stands, everything stands. Safe to repeat.

        Refuses with `NameTaken` when other bytes stand under one of the names, and as the place does.
        """
        ordered = sorted(parts, key=lambda part: part.role == "sidecar")
        await self.place.put(plan.folder, [(one.name, one.content) for one in ordered], label=plan.staging)
        until = await self.place.guarded_until(plan.path(ordered[0].name)) if ordered else None
        return Stored(
            plan.folder,
            {one.name: plan.path(one.name) for one in ordered},
            {one.name: hashlib.sha256(one.content).hexdigest() for one in ordered},
            until.isoformat() if until else None,
        )

    async def read(self, path: str) -> bytes:
        """All bytes of a file, by its path relative to the root; refuses with `FileMissing`."""
        return await self.place.read(path)

    def stream(self, path: str) -> AsyncIterator[bytes]:
        """The same in chunks."""
        return self.place.stream(path)

    async def exists(self, path: str) -> bool:
        """Whether it stands."""
        return await self.place.exists(path)

    async def leave(self, path: str, content: bytes) -> None:
        """A small file that is never locked, such as a tombstone; what stands there stays."""
        await self.place.keep(path, content)

    async def delete(self, paths: Sequence[str]) -> None:
        """Delete for good; what is gone already is no error. Refuses with `Guarded`, and then nothing was deleted."""
        await self.place.delete(paths)

    async def guard(self, paths: Sequence[str], until: datetime) -> datetime | None:
        """Lock against deletion where the place can; gives until when."""
        return await self.place.guard(paths, until)

    async def locked_until(self, path: str) -> datetime | None:
        """Until when a lock forbids deleting it; None without one."""
        return await self.place.guarded_until(path)

    async def look(self) -> str:
        """For /readyz: a short word; refuses when nothing could be put now."""
        return await self.place.look()

    async def sweep(self, older_than: datetime) -> int:
        """Remove what died writers left."""
        return await self.place.sweep(older_than)

    async def close(self) -> None:
        """Give back what is open."""
        await self.place.close()

    async def _is_anothers(self, placing: Placing, case: str, moment: datetime, pdfs: Collection[str]) -> bool:
        """Whether the first version's name is taken by another case, or by an archive of before."""
        plan = self.plan(placing, moment=moment, version=1, record_id=UUID(int=0))
        pdf, beside = plan.path(plan.pdf()), plan.path(plan.sidecar)
        try:
            return case_of(await self.place.read(beside)) != case
        except FileMissing:
            pass
        try:
            return hashlib.sha256(await self.place.read(pdf)).hexdigest() not in pdfs
        except FileMissing:
            return False


def case_of(sidecar: bytes) -> str | None:
    """`kind/source/ref` of the case that a sidecar belongs to; None when it does not say (it is not ours)."""
    try:
        origin = json.loads(sidecar)["origin"]
        return f"{origin['kind']}/{origin['source']}/{origin['ref']}"
    except (ValueError, KeyError, TypeError):
        return None
