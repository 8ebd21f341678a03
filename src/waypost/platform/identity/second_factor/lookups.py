"""The second factor as typed questions to the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.identity.lookups import Asked, row, value
from waypost.platform.ids import new_id


@dataclass(frozen=True, slots=True)
class Factor:
    """A person's second factor: it counts once it is confirmed."""

    sealed_secret: bytes = field(repr=False)
    confirmed_at: datetime | None
    last_step: int | None
    codes_left: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """Who has proved the first factor, where they want in, and what follows when the second holds too."""

    person_id: UUID
    org_id: UUID
    password_hash: str | None = field(repr=False)
    how: str


async def factor_of(db: Asked, person: UUID) -> Factor | None:
    """A person's second factor, confirmed or just begun."""
    found = await row(db, "identity_second_factor(:person)", {"person": person})
    return Factor(**found._asdict()) if found else None


async def begin(db: Asked, person: UUID, sealed: bytes, moment: datetime) -> bool:
    """Keep a new secret that is not confirmed yet; False when a confirmed one stands."""
    values = {"person": person, "sealed": sealed, "at": moment}
    return bool(await value(db, "identity_begin_second_factor(:person, :sealed, :at)", values))


async def confirm(db: Asked, person: UUID, step: int, moment: datetime) -> bool:
    """From now on it counts; False when there was nothing to confirm."""
    values = {"person": person, "step": step, "at": moment}
    return bool(await value(db, "identity_confirm_second_factor(:person, :step, :at)", values))


async def spend_step(db: Asked, person: UUID, step: int) -> bool:
    """Use a step's code; False when it or a later one was used before."""
    return bool(await value(db, "identity_spend_step(:person, :step)", {"person": person, "step": step}))


async def set_recovery_codes(db: Asked, person: UUID, hashes: Sequence[bytes]) -> None:
    """These replace all earlier ones."""
    values = {"person": person, "ids": [new_id() for _ in hashes], "codes": list(hashes)}
    await value(db, "identity_set_recovery_codes(:person, :ids, :codes)", values)


async def spend_recovery_code(db: Asked, person: UUID, code_hash: bytes, moment: datetime) -> bool:
    """Use a recovery code, once."""
    values = {"person": person, "code": code_hash, "at": moment}
    return bool(await value(db, "identity_spend_recovery_code(:person, :code, :at)", values))


async def drop(db: Asked, person: UUID) -> bool:
    """Take the second factor away with its codes; False when there was none."""
    return bool(await value(db, "identity_drop_second_factor(:person)", {"person": person}))


async def begin_challenge(db: Asked, token: bytes, challenge: Challenge, moment: datetime, until: datetime) -> None:
    """Remember who has proved the first factor."""
    call = "identity_begin_challenge(:id, :token, :person, :org, :password, :how, :at, :until)"
    asked = {"person": challenge.person_id, "org": challenge.org_id, "how": challenge.how}
    rest = {"id": new_id(), "token": token, "password": challenge.password_hash, "at": moment, "until": until}
    await value(db, call, asked | rest)


async def challenge_of(db: Asked, token: bytes, moment: datetime) -> Challenge | None:
    """Who is asked for the second factor by this token; None when unknown, used or expired."""
    found = await row(db, "identity_challenge(:token, :at)", {"token": token, "at": moment})
    return Challenge(**found._asdict()) if found else None


async def end_challenge(db: Asked, token: bytes) -> bool:
    """Forget it, once; False when somebody was faster."""
    return bool(await value(db, "identity_end_challenge(:token)", {"token": token}))


async def people_with_factor(db: AsyncSession, org: UUID) -> set[UUID]:
    """Which members of the session's organisation have a second factor."""
    return {each[0] for each in await db.execute(text("select * from identity_factors_here(:org)"), {"org": org})}


async def rewrap_factor(db: Asked, person: UUID, before: bytes, fresh: bytes) -> None:
    """The same secret under the present key; one that was replaced meanwhile stays."""
    told = {"person": person, "before": before, "fresh": fresh}
    await value(db, "identity_rewrap_second_factor(:person, :before, :fresh)", told)
