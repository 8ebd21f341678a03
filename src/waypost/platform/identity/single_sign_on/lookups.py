"""Single sign-on as typed questions to the catalogue."""

from datetime import datetime
from uuid import UUID

from waypost.platform.identity.lookups import Asked, value
from waypost.platform.ids import new_id


async def begin_visit(db: Asked, state_hash: bytes, onward: str, moment: datetime, until: datetime) -> None:
    """Note that a browser was sent to the provider."""
    values = {"id": new_id(), "state": state_hash, "onward": onward, "at": moment, "until": until}
    await value(db, "identity_begin_visit(:id, :state, :onward, :at, :until)", values)


async def end_visit(db: Asked, state_hash: bytes, moment: datetime) -> str | None:
    """Where it wanted to go, told once; None for an unknown, used or expired state."""
    found: str | None = await value(db, "identity_end_visit(:state, :at)", {"state": state_hash, "at": moment})
    return found


async def person_at(db: Asked, issuer: str, subject: str, moment: datetime) -> UUID | None:
    """Who a provider's subject is with us."""
    found = await value(
        db, "identity_provider_login(:issuer, :subject, :at)", {"issuer": issuer, "subject": subject, "at": moment}
    )
    return UUID(str(found)) if found else None


async def link(db: Asked, issuer: str, subject: str, person: UUID, moment: datetime) -> bool:
    """Remember that they are the same; False when either is linked to another.

    Without a second factor, whatever else opened the account ends with it (password, sessions, API keys): whoever made
    the account with a mail address that is not theirs loses it to the one whose address it is.
    """
    values = {"id": new_id(), "issuer": issuer, "subject": subject, "person": person, "at": moment}
    return bool(await value(db, "identity_link_provider(:id, :issuer, :subject, :person, :at)", values))


async def is_linked(db: Asked, person: UUID) -> bool:
    """Whether a person signs in with a provider."""
    return bool(await value(db, "identity_has_provider_login(:person)", {"person": person}))
