"""Verbs of the second factor; each leaves an audit entry."""

from uuid import UUID

from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.second_factor import lookups
from waypost.platform.identity.second_factor.codes import (
    matching_step,
    new_recovery_codes,
    new_secret_key,
    plain_recovery_code,
)
from waypost.platform.identity.second_factor.proving import about, recovery_hash, secret_of
from waypost.platform.work import Work


class FactorStands(Conflict):
    """There is a second factor already; remove it first."""


class NoFactor(Conflict):
    """There is no second factor to do that with."""


class CodeDoesNotFit(Invalid):
    """This is not the code that the app shows now."""


async def begin(work: Work, desk: Desk, person: UUID) -> None:
    """Make a secret that waits to be confirmed; an earlier one that was never confirmed is replaced."""
    sealed = desk.vault.seal(new_secret_key().encode(), about(person))
    if not await lookups.begin(work.db, person, sealed, work.now):
        raise FactorStands
    await record(work, "second_factor.begun", "person", person, {})


async def confirm(work: Work, desk: Desk, person: UUID, code: str) -> list[str]:
    """Let it count from now on; returns the recovery codes, shown once. Refuses a code that does not fit (422)."""
    factor = await lookups.factor_of(work.db, person)
    if factor is None or factor.confirmed_at is not None:
        raise NoFactor
    step = matching_step(secret_of(desk, person, factor), code, work.now)
    if step is None:
        raise CodeDoesNotFit
    if not await lookups.confirm(work.db, person, step, work.now):
        raise NoFactor
    await record(work, "second_factor.confirmed", "person", person, {})
    return await _set_codes(work, desk, person)


async def renew_codes(work: Work, desk: Desk, person: UUID) -> list[str]:
    """Ten new recovery codes; the old ones are void."""
    factor = await lookups.factor_of(work.db, person)
    if factor is None or factor.confirmed_at is None:
        raise NoFactor
    await record(work, "recovery_codes.renewed", "person", person, {})
    return await _set_codes(work, desk, person)


async def remove(work: Work, person: UUID, *, by: str = "its owner") -> None:
    """Take the second factor away, with its recovery codes."""
    if not await lookups.drop(work.db, person):
        raise NoFactor
    await record(work, "second_factor.removed", "person", person, {"by": by})


async def _set_codes(work: Work, desk: Desk, person: UUID) -> list[str]:
    codes = new_recovery_codes()
    plain = [plain_recovery_code(code) or "" for code in codes]
    await lookups.set_recovery_codes(work.db, person, [recovery_hash(desk, person, code) for code in plain])
    return codes
