"""Questions about what leaves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import any_, bindparam, select, text, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.platform.errors import NotFound
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.rows import among
from waypost.ticketing.messages.models import Content
from waypost.ticketing.outbound.models import WAITING, IdentityStatus, Outgoing, SendIdentity, Sending

SENDING = text(
    "select id, email_address from mailboxes where is_enabled and provider = any(:providers) order by email_address "
    "limit 200"
)
PROOF = text(
    "select true from mailboxes "
    "where id = :mailbox_id and provider = 'gmail' and is_enabled and email_address = :address"
)
PROVIDER = text("select provider from mailboxes where id = :mailbox_id")
IDENTITIES_SHOWN = 500
"""Of one organisation; a list of them is shown whole, and no more can be added."""


class IdentityNotFound(NotFound):
    """Send identity not found."""


class OutgoingNotFound(NotFound):
    """This message is not one of our replies."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an outgoing message stands, for the ticket's page."""

    message_id: UUID
    state: str
    send_after: datetime
    attempts: int
    sent_at: datetime | None
    failure: str | None
    bounced_at: datetime | None
    author_id: UUID | None


STANDING = (
    Outgoing.message_id,
    Outgoing.state,
    Outgoing.send_after,
    Outgoing.attempts,
    Outgoing.sent_at,
    Outgoing.failure,
    Outgoing.bounced_at,
    Outgoing.author_id,
)


STANDINGS = select(*STANDING).where(
    Outgoing.message_id == any_(bindparam("messages", type_=ARRAY(Outgoing.message_id.type)))
)


async def states(db: AsyncSession, message_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Those of some messages that are ours to send, by message; one query, and none for no messages."""
    if not message_ids:
        return {}
    rows = await ask(db, STANDINGS, {"messages": list(message_ids)})
    return {row.message_id: Standing(*row) for row in rows}


async def of_ticket(db: AsyncSession, ticket_id: UUID, *, limit: int = 100) -> list[Standing]:
    """The newest of a ticket's replies, newest first."""
    chosen = select(*STANDING).where(Outgoing.ticket_id == ticket_id, Outgoing.state != Sending.CANCELLED)
    rows = await db.execute(chosen.order_by(Outgoing.created_at.desc(), Outgoing.id.desc()).limit(limit))
    return [Standing(*row) for row in rows]


async def identity(db: AsyncSession, identity_id: UUID, *, lock: bool = False) -> SendIdentity:
    """One identity; refuses when this organisation has none of that id."""
    chosen = select(SendIdentity).where(SendIdentity.id == identity_id)
    found = await db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise IdentityNotFound
    return found


async def identity_of(db: AsyncSession, from_email: str) -> SendIdentity | None:
    """The identity with this address."""
    return await db.scalar(select(SendIdentity).where(SendIdentity.from_email == from_email))


async def identities(db: AsyncSession) -> Sequence[SendIdentity]:
    """Oldest first, at most `IDENTITIES_SHOWN`."""
    chosen = select(SendIdentity).order_by(SendIdentity.created_at, SendIdentity.id).limit(IDENTITIES_SHOWN)
    return (await db.scalars(chosen)).all()


async def enabled_identities(
    db: AsyncSession, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[SendIdentity]:
    """Enabled ones, oldest first, by keyset (`created_at`, id)."""
    at = (SendIdentity.created_at, SendIdentity.id)
    chosen = select(SendIdentity).where(SendIdentity.is_enabled).order_by(*at).limit(limit)
    return (await db.scalars(chosen.where(tuple_(*at) > after) if after else chosen)).all()


async def usable_identities(db: AsyncSession) -> Sequence[SendIdentity]:
    """Enabled and verified, oldest first: what a composer offers."""
    chosen = select(SendIdentity).where(SendIdentity.is_enabled, SendIdentity.status == IdentityStatus.VERIFIED)
    return (await db.scalars(chosen.order_by(SendIdentity.created_at, SendIdentity.id).limit(IDENTITIES_SHOWN))).all()


async def sending_mailboxes(db: AsyncSession, providers: Collection[str]) -> list[tuple[str, str]]:
    """(id, address) of mailboxes through whose provider mail can leave."""
    rows = await db.execute(SENDING, {"providers": list(providers)})
    return [(str(mailbox_id), email_address) for mailbox_id, email_address in rows]


async def provider_of(db: AsyncSession, mailbox_id: UUID) -> str | None:
    """How a mailbox is read; None when this organisation has none of that id."""
    found: str | None = await db.scalar(PROVIDER, {"mailbox_id": mailbox_id})
    return found


async def proves(db: AsyncSession, mailbox_id: UUID, from_email: str) -> bool:
    """Whether the provider itself says that this mailbox is the address: its owner consented there."""
    return bool(await db.scalar(PROOF, {"mailbox_id": mailbox_id, "address": from_email}))


async def outgoing(db: AsyncSession, message_id: UUID, *, lock: bool = True) -> Outgoing:
    """The sending of a message. Refuses with `OutgoingNotFound`."""
    found = await maybe_outgoing(db, message_id, lock=lock)
    if found is None:
        raise OutgoingNotFound
    return found


async def maybe_outgoing(db: AsyncSession, message_id: UUID, *, lock: bool = True) -> Outgoing | None:
    """The same, or None."""
    chosen = select(Outgoing).where(Outgoing.message_id == message_id)
    return await db.scalar(chosen.with_for_update() if lock else chosen)


async def by_oss_ids(db: AsyncSession, oss_message_ids: Collection[UUID]) -> dict[UUID, Outgoing]:
    """Outgoing messages by the id that their marker carries: for recognising a copy of our own reply."""
    found = await db.scalars(select(Outgoing).where(among(Outgoing.oss_message_id, oss_message_ids)))
    return {one.oss_message_id: one for one in found}


async def by_messages(db: AsyncSession, message_ids: Collection[UUID]) -> Sequence[Outgoing]:
    """Those of some messages that we send, locked in one order."""
    chosen = select(Outgoing).where(among(Outgoing.message_id, message_ids)).order_by(Outgoing.id)
    return (await db.scalars(chosen.with_for_update())).all()


async def by_marks(db: AsyncSession, marks: Collection[UUID]) -> Sequence[Outgoing]:
    """Those with these Message-IDs (their marks), locked in one order."""
    chosen = select(Outgoing).where(among(Outgoing.rfc_mark, marks)).order_by(Outgoing.id)
    return (await db.scalars(chosen.with_for_update())).all()


async def given_up(db: AsyncSession, before: datetime, *, limit: int = 500) -> Sequence[UUID]:
    """Messages that should have left long ago and whose job is no more alive, oldest first."""
    alive = select(StoredJob.id).where(StoredJob.org_id == Outgoing.org_id, StoredJob.id == Outgoing.job_id)
    alive = alive.where(StoredJob.status.in_((Status.QUEUED, Status.RUNNING)))
    chosen = select(Outgoing.message_id).where(Outgoing.state.in_((*WAITING, Sending.SENDING)))
    chosen = chosen.where(Outgoing.send_after < before, ~alive.exists())
    return (await db.scalars(chosen.order_by(Outgoing.send_after).limit(limit))).all()


async def just_written(db: AsyncSession, ticket_id: UUID, digest: bytes, since: datetime) -> Outgoing | None:
    """The same reply to the same ticket, written a moment ago."""
    chosen = select(Outgoing).where(
        Outgoing.ticket_id == ticket_id, Outgoing.created_at >= since, Outgoing.digest == digest
    )
    return await db.scalar(chosen.order_by(Outgoing.created_at.desc()).limit(1))


async def addressed(db: AsyncSession, message_id: UUID) -> tuple[list[str], list[str]]:
    """To and Cc of a message; empty when it is no more."""
    row = (
        await db.execute(select(Content.to_emails, Content.cc_emails).where(Content.message_id == message_id))
    ).first()
    return (row.to_emails, row.cc_emails) if row else ([], [])
