"""Proving the second factor: tries are counted first, a code works once, a recovery code instead of it too."""

from uuid import UUID

from waypost.platform.errors import NotSignedIn
from waypost.platform.identity import lookups
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.refusals import TooManyTries
from waypost.platform.identity.second_factor.codes import matching_step, plain_recovery_code
from waypost.platform.identity.second_factor.lookups import (
    Factor,
    factor_of,
    rewrap_factor,
    spend_recovery_code,
    spend_step,
)


class WrongCode(NotSignedIn):
    """This code is wrong, or was used already."""


async def confirmed_factor(desk: Desk, person: UUID) -> Factor | None:
    """The second factor that a person must prove; None when they have none."""
    async with lookups.catalogue(desk.works.shards) as db:
        found = await factor_of(db, person)
    return found if found and found.confirmed_at else None


async def prove(desk: Desk, person: UUID, factor: Factor, code: str) -> str:
    """Take a code of the app, or a recovery code; returns which ("totp", "recovery code"). Refuses 401 and 429."""
    await count_code(desk, person)
    moment = desk.works.clock()
    step = matching_step(secret_of(desk, person, factor), code, moment)
    async with lookups.catalogue(desk.works.shards) as db:
        if step is not None and await spend_step(db, person, step):
            await forget_tries(db, desk, person)
            await _follow_the_key(db, desk, person, factor)
            return "totp"
        spare = plain_recovery_code(code)
        if spare and await spend_recovery_code(db, person, recovery_hash(desk, person, spare), moment):
            await forget_tries(db, desk, person)
            return "recovery code"
    raise WrongCode


async def _follow_the_key(db: lookups.Asked, desk: Desk, person: UUID, factor: Factor) -> None:
    """People belong to no organisation, so no clock seals their secret anew: its next use does."""
    if desk.vault.needs_rewrap(factor.sealed_secret):
        fresh = desk.vault.seal(secret_of(desk, person, factor).encode(), about(person))
        await rewrap_factor(db, person, factor.sealed_secret, fresh)


async def count_code(desk: Desk, person: UUID) -> None:
    """Count a try at a person's codes; refuses (429) when they are used up."""
    moment, settings = desk.works.clock(), desk.settings
    limits = [(_bucket(desk, person), settings.attempts_per_account)]
    async with lookups.catalogue(desk.works.shards) as db:
        free_at = await lookups.attempt(db, limits, moment, settings.window)
    if free_at is not None:
        raise TooManyTries(retry_after=free_at - moment)


async def forget_tries(db: lookups.Asked, desk: Desk, person: UUID) -> None:
    """After success the count starts anew."""
    await lookups.forget_attempts(db, _bucket(desk, person))


def secret_of(desk: Desk, person: UUID, factor: Factor) -> str:
    """The secret itself, opened; for one sentence only."""
    return desk.vault.open(factor.sealed_secret, about(person)).decode()


def recovery_hash(desk: Desk, person: UUID, code: str) -> bytes:
    """What is stored of a recovery code: bound to its person."""
    return desk.tokens.keyed("recovery code", f"{person}\0{code}")


def about(person: UUID) -> str:
    """What a sealed secret is bound to; people belong to no organisation."""
    return f"second_factors:sealed_secret:{person}"


def _bucket(desk: Desk, person: UUID) -> bytes:
    return desk.tokens.bucket("second factor", str(person))
