"""What commands ask and do about the log of evidence."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from waypost.archive.evidence.actions import note_walk
from waypost.archive.evidence.entries import log_name
from waypost.archive.evidence.keeper import Keeper, Opens, Verdict
from waypost.archive.evidence.proofs import proof_of
from waypost.archive.evidence.walking import Besides, Walk
from waypost.cli.organisations import organisation_of
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.audit.actions import record

Answer = TypeVar("Answer")
Act = Callable[[House], Awaitable[Answer]]


def checked(org: str) -> Act[dict[str, Any]]:
    """Compare with the outside, walk over every entry, write down what was found."""

    async def act(house: House) -> dict[str, Any]:
        named, works, keeper = await _of(house, org)
        verdict = await keeper.checkpoint(named, works)
        walk = Walk(named, keeper, house.parts.of(Besides))
        findings = [one.said() for one in await walk.over(works)]
        async with works() as work:
            await note_walk(work, walk.edge.size, findings)
        signed = verdict.signed.checkpoint.size if verdict.signed else 0
        doubt = verdict.doubt.value if verdict.doubt else None
        return {"log": log_name(named), "size": walk.edge.size, "signed": signed, "doubt": doubt, "findings": findings}

    return act


def signed(org: str, *, begin_anew: bool) -> Act[Verdict]:
    """A checkpoint as the clock makes it; a new beginning is audited."""

    async def act(house: House) -> Verdict:
        named, works, keeper = await _of(house, org)
        if begin_anew:
            await keeper.begin_anew(named, works)
            async with works() as work:
                await record(work, "evidence.begun_anew", "evidence_log", None, {"log": log_name(named)})
        return await keeper.checkpoint(named, works)

    return act


def proven(org: str, position: int, size: int | None) -> Act[dict[str, Any]]:
    """The proof of one entry."""

    async def act(house: House) -> dict[str, Any]:
        named, works, _keeper = await _of(house, org)
        async with works() as work:
            return await proof_of(work.db, named, position, size=size)

    return act


def published(org: str) -> Act[list[str]]:
    """Verifier keys of an organisation's log."""

    async def act(house: House) -> list[str]:
        named, _works, keeper = await _of(house, org)
        return keeper.notary.keys(log_name(named))

    return act


async def _of(house: House, org: str) -> tuple[UUID, Opens, Keeper]:
    named = await organisation_of(house, org)
    return named, partial(house.works.open, named, MACHINE), house.parts.of(Keeper)
