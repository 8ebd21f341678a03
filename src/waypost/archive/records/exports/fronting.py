"""What stands in every export beside the records: how to read it, how to check it, and the log's own papers."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import waypost
from waypost.archive.evidence import queries as evidence
from waypost.archive.evidence.entries import log_name
from waypost.archive.evidence.keeper import Keeper, Opens
from waypost.archive.evidence.proofs import SizesDoNotFit, consistency_of
from waypost.platform.work import Work

FIRST = 1_000
"""Checkpoints are looked for below this size first: the oldest covers a handful of entries."""
Extra = Callable[[Opens], AsyncIterator[tuple[str, bytes]]]
"""Files of a feature above records: name in the ZIP and bytes, read in works of its own."""


@dataclass(slots=True)
class Extras:
    """Who adds what to exports; a part that the features above fill."""

    by_name: dict[str, Extra] = field(default_factory=dict)


async def front(org: UUID, works: Opens, keeper: Keeper, size: int | None) -> AsyncIterator[tuple[str, bytes]]:
    """Procedure document, verifier, keys, checkpoints from the first to the one of `size`, and their consistency."""
    for language in ("de", "en"):
        yield f"PROCEDURE.{language}.txt", procedure(language)
    for name, content in verifiers():
        yield f"verify/{name}", content
    yield "log/keys.txt", ("\n".join(keeper.notary.keys(log_name(org))) + "\n").encode()
    async with works() as work:
        newest = await evidence.checkpoint(work.db, size=size) if size is not None else None
        first = next(iter(await evidence.checkpoints_between(work.db, 0, FIRST)), None) or newest
        proof = await _consistency(work, first.size, newest.size) if first and newest else None
    for one in {one.size: one for one in (first, newest) if one}.values():
        yield f"log/checkpoint-{one.size}.txt", one.note.encode()
    if proof is not None:
        yield "log/consistency.json", proof


async def _consistency(work: Work, old: int, new: int) -> bytes | None:
    """From the first checkpoint to the newest; None where the tree is broken, which a walk over the log reports."""
    try:
        return json.dumps(await consistency_of(work.db, old, new), indent=2).encode()
    except (SizesDoNotFit, KeyError):
        return None


def procedure(language: str) -> bytes:
    """The procedure document, `de` or `en`."""
    return files(__package__).joinpath("procedure", f"{language}.txt").read_bytes()


def verifiers() -> list[tuple[str, bytes]]:
    """The offline verifier: beside the package where it was installed, in `scripts/ops` of a checkout."""
    package = Path(waypost.__file__).parent
    places = (package / "verify", package.parents[1] / "scripts" / "ops")
    found = {one.name: one for place in reversed(places) if place.is_dir() for one in place.glob("waypost-verify.*")}
    return [(name, one.read_bytes()) for name, one in sorted(found.items())]
