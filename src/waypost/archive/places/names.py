"""Who owns a folder's name. Making names safe loses something: `a b` and `a_b`, or `客户` and `顧客`, become equal.

A hidden folder in the root holds one small file for each name that was given out: the first comer keeps the documented
name, every other one gets the same with a short hash. Names that differ only in case count as equal, so that the tree
survives a copy to a share that makes no difference. The top folder also belongs to one organisation.
"""

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from uuid import UUID

from waypost.archive.places.place import Place
from waypost.archive.places.policy import Segment, hashed
from waypost.archive.places.refusals import FileMissing

REGISTER = ".waypost-names"
REMEMBERED = 10_000


class Names:
    """The register of one place; what it answered is remembered, for an answer never changes."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._known: dict[tuple[UUID, tuple[Segment, ...]], tuple[str, ...]] = {}

    async def claim(self, org: UUID, segments: Sequence[Segment]) -> tuple[str, ...]:
        """The names of a record's folders, top first."""
        key = (org, tuple(segments))
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = await self._claimed(org, segments)
        return self._known[key]

    async def adopt(self, org: UUID, top: str) -> bool:
        """Take a folder from before the register as this organisation's, whatever it was made of; False: another's."""
        wanted = {"folder": top, "raw": None, "org": str(org)}
        content = json.dumps(wanted, ensure_ascii=False, sort_keys=True).encode()
        found = json.loads(await self._place.keep(f"{REGISTER}/{_key(top)}.json", content))
        return bool((found["folder"], found["org"]) == (top, str(org)))

    async def _claimed(self, org: UUID, segments: Sequence[Segment]) -> tuple[str, ...]:
        names: tuple[str, ...] = ()
        for depth, segment in enumerate(segments):
            names += (await self._own("/".join(names), segment, str(org) if depth == 0 else ""),)
        return names

    async def _own(self, parent: str, segment: Segment, org: str) -> str:
        raw = unicodedata.normalize("NFC", segment.raw)
        if await self._is_mine(parent, segment.name, raw, org):
            return segment.name
        other = hashed(segment.name, org, raw)
        await self._is_mine(parent, other, raw, org)
        return other

    async def _is_mine(self, parent: str, name: str, raw: str, org: str) -> bool:
        wanted = {"folder": f"{parent}/{name}".lstrip("/"), "raw": raw, "org": org}
        entry = f"{REGISTER}/{_key(wanted['folder'])}.json"
        try:
            standing = await self._place.read(entry)
        except FileMissing:
            if await self._looks_taken(parent, name):
                return False
            standing = await self._place.keep(entry, json.dumps(wanted, ensure_ascii=False, sort_keys=True).encode())
        found = json.loads(standing)
        return bool(found == wanted or found == wanted | {"raw": None})

    async def _looks_taken(self, parent: str, name: str) -> bool:
        """A folder from before the register that differs in case only."""
        return any(one != name and one.casefold() == name.casefold() for one in await self._place.folders(parent))


def _key(folder: str) -> str:
    digest = hashlib.sha256(folder.casefold().encode()).hexdigest()
    return f"{digest[:2]}/{digest[2:34]}"
