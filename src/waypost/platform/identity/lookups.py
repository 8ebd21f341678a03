"""The catalogue as typed questions. Each runs one SECURITY DEFINER function; nothing else reaches those tables.

`db` is a work's session where the answer belongs to a transaction, else a connection from `catalogue(…)`.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from waypost.platform.access import Role
from waypost.platform.db import Shards
from waypost.platform.identity.records import Device, Login, OpenSession, Organisation, Place, Profile
from waypost.platform.ids import new_id

Asked = AsyncSession | AsyncConnection


@asynccontextmanager
async def catalogue(shards: Shards) -> AsyncIterator[AsyncConnection]:
    """A transaction bound to no organisation: it sees nothing but look-ups."""
    async with shards.engine.begin() as connection:
        yield connection


async def session(db: Asked, token: bytes, moment: datetime, idle: timedelta | None) -> OpenSession | None:
    """The open session of a token's hash."""
    found = await row(db, "identity_caller(:token, :moment, :idle)", {"token": token, "moment": moment, "idle": idle})
    return opened(found._asdict()) if found else None


def opened(values: dict[str, Any]) -> OpenSession:
    """A session (or an API key) from the columns of its look-up."""
    ceiling = values.get("ceiling")
    roles = {"role": Role(values["role"]) if values["role"] else None, "ceiling": Role(ceiling) if ceiling else None}
    return OpenSession(**values | roles)


async def open_session(
    db: Asked,
    *,
    person: UUID,
    org: UUID,
    token: bytes,
    agent: str | None,
    moment: datetime,
    until: datetime,
    address: str | None = None,
) -> UUID | None:
    """A new session's id; None when the person is disabled or no member of `org`."""
    fresh = new_id()
    values = {"id": fresh, "person": person, "org": org, "token": token, "agent": agent, "at": moment, "until": until}
    call = "identity_open_session(:id, :person, :org, :token, :agent, :address, :at, :until)"
    return fresh if await value(db, call, values | {"address": address}) else None


async def close_session(db: Asked, session_id: UUID, person: UUID, moment: datetime, reason: str) -> bool:
    """Revoke one session of a person; False when there was none to revoke."""
    values = {"session": session_id, "person": person, "at": moment, "reason": reason}
    return bool(await value(db, "identity_close_session(:session, :person, :at, :reason)", values))


async def close_other_sessions(db: Asked, person: UUID, but: UUID | None, moment: datetime, reason: str) -> int:
    """Revoke all sessions of a person but one; returns how many."""
    values = {"person": person, "but": but, "at": moment, "reason": reason}
    return int(await value(db, "identity_close_other_sessions(:person, :but, :at, :reason)", values))


async def switch(db: Asked, session_id: UUID, person: UUID, org: UUID) -> bool:
    """Make `org` the session's active organisation; False when the person is no member of it."""
    values = {"session": session_id, "person": person, "org": org}
    return bool(await value(db, "identity_switch(:session, :person, :org)", values))


async def seen(db: Asked, moments: Mapping[UUID, datetime]) -> None:
    """Note when sessions were last used; an older moment never replaces a newer one."""
    await value(db, "identity_seen(:ids, :moments)", {"ids": list(moments), "moments": list(moments.values())})


async def devices(db: Asked, person: UUID, moment: datetime, idle: timedelta | None) -> list[Device]:
    """Open sessions of a person, last used first."""
    values = {"person": person, "moment": moment, "idle": idle}
    found = await db.execute(text("select * from identity_devices(:person, :moment, :idle)"), values)
    return [Device(**each._asdict()) for each in found]


async def login(db: Asked, email: str) -> Login | None:
    """The person with this e-mail address (any letter case)."""
    found = await row(db, "identity_person(:address)", {"address": email.strip().lower()})
    return Login(**found._asdict()) if found else None


async def login_of(db: Asked, person: UUID) -> Login | None:
    """The same by id."""
    found = await row(db, "identity_person_by_id(:person)", {"person": person})
    return Login(**found._asdict()) if found else None


async def make_person(db: Asked, email: str, name: str | None, moment: datetime) -> UUID:
    """The id of the person with this address, made when new; an existing one keeps their name."""
    values = {"id": new_id(), "address": email.strip().lower(), "name": name, "at": moment}
    return UUID(str(await value(db, "identity_make_person(:id, :address, :name, :at)", values)))


async def set_password(db: Asked, person: UUID, password_hash: str, *, for_once: bool) -> None:
    """Store a password's hash; `for_once` makes its owner replace it at the next sign-in."""
    values = {"person": person, "hash": password_hash, "once": for_once}
    await value(db, "identity_set_password(:person, :hash, :once)", values)


async def set_profile(db: Asked, person: UUID, name: str | None, locale: str | None, theme: str) -> None:
    """Store what a person chose for themselves."""
    values = {"person": person, "name": name, "locale": locale, "theme": theme}
    await value(db, "identity_set_profile(:person, :name, :locale, :theme)", values)


async def set_theme(db: Asked, person: UUID, theme: str) -> None:
    """Store the look alone."""
    await value(db, "identity_set_theme(:person, :theme)", {"person": person, "theme": theme})


async def profile(db: Asked, person: UUID) -> Profile:
    """What a person chose for themselves."""
    found = await row(db, "identity_profile(:person)", {"person": person})
    return Profile(**found._asdict()) if found else Profile(None, None, "auto")


async def organisation(db: Asked, org: UUID) -> Organisation | None:
    """An organisation by id."""
    found = await row(db, "identity_organization(:org)", {"org": org})
    return Organisation(**found._asdict()) if found else None


async def chosen_zone(db: Asked, org: UUID) -> str | None:
    """The zone that an organisation's people chose, UTC as well as any other; None while nobody has."""
    found = await value(db, "identity_chosen_zone(:org)", {"org": org})
    return None if found is None else str(found)


async def organisation_named(db: Asked, name: str) -> UUID | None:
    """The oldest organisation of exactly this name."""
    found = await value(db, "identity_organization_named(:name)", {"name": name})
    return UUID(str(found)) if found else None


async def make_organisation(
    db: Asked, name: str, moment: datetime, *, zone: str = "UTC", org: UUID | None = None
) -> UUID:
    """A new organisation's id."""
    fresh = org or new_id()
    values = {"id": fresh, "name": name, "zone": zone, "at": moment}
    await value(db, "identity_make_organization(:id, :name, :zone, :at)", values)
    return fresh


async def change_organisation(db: AsyncSession, org: UUID, *, zone: str | None, locale: str | None) -> bool:
    """Set what is not None (a locale of "" follows the browser), in the organisation the session is bound to only."""
    values = {"org": org, "zone": zone, "locale": locale}
    return bool(await value(db, "identity_change_organization(:org, :zone, :locale)", values))


async def places(db: Asked, person: UUID) -> list[Place]:
    """Where a person is a member, oldest membership first."""
    found = await db.execute(text("select * from identity_organizations_of(:person)"), {"person": person})
    return [Place(each.id, each.name, Role(each.role)) for each in found]


async def join(db: AsyncSession, org: UUID, person: UUID, role: Role, moment: datetime) -> bool:
    """Make a person a member (or change their role) of the organisation the session is bound to; False for another."""
    values = {"org": org, "person": person, "role": role.value, "at": moment}
    return bool(await value(db, "identity_join(:org, :person, :role, :at)", values))


async def change_member(
    db: AsyncSession, org: UUID, person: UUID, role: Role, moment: datetime, *, disabled: bool, gone: bool = False
) -> str:
    """Set what a member is: "done", "nobody" (no member here), or "last owner" (nothing changed)."""
    values = {"org": org, "person": person, "role": role.value, "off": disabled, "gone": gone, "at": moment}
    return str(await value(db, "identity_change_member(:org, :person, :role, :off, :gone, :at)", values))


async def is_ours_alone(db: AsyncSession, org: UUID, person: UUID) -> bool:
    """Whether a person is a member of the session's organisation and of no other, and not the operator."""
    return bool(await value(db, "identity_is_ours_alone(:org, :person)", {"org": org, "person": person}))


async def second_factor_for(db: Asked, org: UUID) -> str | None:
    """Of whom the organisation asks a second factor: "admins", "everyone" or None."""
    found: str | None = await value(db, "identity_second_factor_for(:org)", {"org": org})
    return found


async def ask_second_factor(db: AsyncSession, org: UUID, of_whom: str | None) -> bool:
    """Say so, in the organisation that the session is bound to."""
    return bool(await value(db, "identity_ask_second_factor(:org, :whom)", {"org": org, "whom": of_whom}))


async def organisation_ids(db: Asked) -> list[UUID]:
    """All organisations; only the worker's login may ask (its clock makes a job for each)."""
    return [each[0] for each in await db.execute(text("select * from identity_organization_ids()"))]


async def attempt(db: Asked, limits: Sequence[tuple[bytes, int]], moment: datetime, span: timedelta) -> datetime | None:
    """Count a try in each bucket, unless one is full (`(bucket, most in span)`): then when the next is allowed."""
    values = {
        "ids": [new_id() for _ in limits],
        "buckets": [bucket for bucket, _ in limits],
        "most": [most for _, most in limits],
        "at": moment,
        "span": span,
    }
    free_at: datetime | None = await value(
        db, "identity_attempt(:ids, :buckets, cast(:most as bigint[]), :at, :span)", values
    )
    return free_at


async def forget_attempts(db: Asked, bucket: bytes) -> None:
    """After success the account's count starts anew."""
    await value(db, "identity_forget_attempts(:bucket)", {"bucket": bucket})


async def sweep(db: Asked, moment: datetime) -> None:
    """Drop tries of yesterday and sessions that ended a month ago."""
    await value(db, "identity_sweep(:at)", {"at": moment})


async def row(db: Asked, call: str, values: dict[str, Any]) -> Row[Any] | None:
    """What a look-up answers with several columns; None when there is nothing."""
    return (await db.execute(_said(f"select * from {call}"), values)).one_or_none()


async def value(db: Asked, call: str, values: dict[str, Any]) -> Any:
    """What a look-up answers with one value."""
    return (await db.execute(_said(f"select {call}"), values)).scalar()


@cache
def _said(question: str) -> TextClause:
    """Read once: there are as many as look-ups, and every callback and every page makes some."""
    return text(question)
