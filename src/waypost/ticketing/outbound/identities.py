"""Verbs of send identities: add an address, have its owner confirm it by a mailed link, use it or let it rest."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from waypost.platform.access import ADMINS, permission
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id, new_secret
from waypost.platform.safety.links import Link, LinkRefused, Links
from waypost.platform.work import Work
from waypost.ticketing.messages.models import AddressKind, OwnAddress
from waypost.ticketing.outbound import queries
from waypost.ticketing.outbound.addresses import address
from waypost.ticketing.outbound.models import IdentityStatus, LinkDue, SendIdentity
from waypost.ticketing.outbound.writing_mail import one_line

STEER = permission("ticketing.send_identities.steer", ADMINS)
PURPOSE = "send identity"
HOLDS = timedelta(days=3)
LATELY = timedelta(minutes=1)
NAME_LONGEST, SIGNATURE_LONGEST = 200, 5_000


class IdentityKnown(Conflict):
    """This address is among the send identities already."""


class TooManyIdentities(Conflict):
    """An organisation has at most 500 send identities."""


class IdentityVerified(Conflict):
    """This address is verified already."""


class AskedJustNow(Conflict):
    """A mail with a link was sent less than a minute ago."""


class MailboxUnknown(Invalid):
    """This organisation has no such mailbox."""


class TextTooLong(Invalid):
    """A name holds at most 200 characters, a signature 5,000."""


@dataclass(frozen=True, slots=True)
class IdentityLinks:
    """Signs the links that owners of addresses get by mail."""

    links: Links

    def read(self, token: str, now: datetime) -> Link:
        """The link behind a token; refuses (404) what we did not sign, and what has expired."""
        return self.links.read(PURPOSE, token, now)


@dataclass(frozen=True, slots=True)
class NewIdentity:
    """An address as an admin describes it; without a mailbox its mail leaves by the operator's relay."""

    from_email: str
    from_name: str | None = None
    mailbox_id: UUID | None = None


async def add(work: Work, new: NewIdentity) -> SendIdentity:
    """Write an address down and ask its owner by mail, unless the mailbox's provider vouches for it.

    Refuses an address twice, and a mailbox that is not here.
    """
    from_email = address(new.from_email)
    if await queries.identity_of(work.db, from_email):
        raise IdentityKnown
    if len(await queries.identities(work.db)) >= queries.IDENTITIES_SHOWN:
        raise TooManyIdentities
    if new.mailbox_id and await queries.provider_of(work.db, new.mailbox_id) is None:
        raise MailboxUnknown
    identity = SendIdentity(
        id=new_id(),
        mailbox_id=new.mailbox_id,
        from_email=from_email,
        from_name=_name(new.from_name),
        status=IdentityStatus.PENDING,
        is_enabled=True,
        signature="",
        created_at=work.now,
        updated_at=work.now,
    )
    work.db.add(identity)
    await work.db.flush()
    await record(work, "send_identity.added", "send_identity", identity.id, {"mailbox": bool(new.mailbox_id)})
    if new.mailbox_id and await queries.proves(work.db, new.mailbox_id, from_email):
        await _verified(work, identity)
    else:
        work.tell(LinkDue(identity.id, work.actor.person_id))
    return identity


async def ask_again(work: Work, identity_id: UUID) -> SendIdentity:
    """Another mail with another link; the earlier one is void. Refuses a verified address, and haste."""
    identity = await queries.identity(work.db, identity_id, lock=True)
    if identity.status == IdentityStatus.VERIFIED:
        raise IdentityVerified
    if identity.link_sent_at and work.now - identity.link_sent_at < LATELY:
        raise AskedJustNow
    identity.status, identity.failure, identity.updated_at = IdentityStatus.PENDING, None, work.now
    work.tell(LinkDue(identity.id, work.actor.person_id))
    return identity


async def new_link(work: Work, links: Links, identity_id: UUID) -> tuple[SendIdentity, str] | None:
    """A fresh link for the owner, of which we keep the hash only; None when there is nothing to ask any more."""
    identity = await queries.identity(work.db, identity_id, lock=True)
    if identity.status == IdentityStatus.VERIFIED:
        return None
    claims = {"identity": str(identity_id), "nonce": new_secret()}
    token = links.sign(PURPOSE, work.org, claims, work.now + HOLDS)
    identity.link_hash, identity.link_sent_at = _hash(token), work.now
    return identity, token


async def link_refused(work: Work, identity_id: UUID, sentence: str) -> None:
    """The mail with the link cannot be delivered."""
    identity = await queries.identity(work.db, identity_id, lock=True)
    if identity.status == IdentityStatus.PENDING:
        identity.status, identity.failure, identity.updated_at = IdentityStatus.FAILED, sentence, work.now


async def asked_by(work: Work, link: Link, token: str, *, lock: bool = False) -> SendIdentity:
    """The identity that a link is about. Refuses (404) a link that a newer one, or its use, has made void."""
    identity = await queries.identity(work.db, UUID(link.claims["identity"]), lock=lock)
    if identity.link_hash is None or not hmac.compare_digest(identity.link_hash, _hash(token)):
        raise LinkRefused
    return identity


async def verify(work: Work, link: Link, token: str) -> SendIdentity:
    """Its owner says yes, once: the address may be used, and mail from it is ours."""
    identity = await asked_by(work, link, token, lock=True)
    await _verified(work, identity)
    return identity


async def _verified(work: Work, identity: SendIdentity) -> None:
    identity.status, identity.verified_at, identity.updated_at = IdentityStatus.VERIFIED, work.now, work.now
    identity.link_hash = identity.failure = None
    own = insert(OwnAddress).values(address=identity.from_email, kind=AddressKind.INBOX)
    await work.db.execute(own.on_conflict_do_nothing(index_elements=["org_id", "address"]))
    await record(work, "send_identity.verified", "send_identity", identity.id, {})


async def switch(work: Work, identity_id: UUID, *, on: bool) -> SendIdentity:
    """Let it rest, or use it again; a verified one stays verified."""
    identity = await queries.identity(work.db, identity_id, lock=True)
    if identity.is_enabled is not on:
        identity.is_enabled, identity.updated_at = on, work.now
        act = "send_identity.enabled" if on else "send_identity.disabled"
        await record(work, act, "send_identity", identity.id, {})
    return identity


async def describe(work: Work, identity_id: UUID, from_name: str | None, signature: str) -> SendIdentity:
    """The name that readers see, and what stands below every reply."""
    identity = await queries.identity(work.db, identity_id, lock=True)
    text = signature.replace("\0", "").replace("\r\n", "\n").rstrip()
    if len(text) > SIGNATURE_LONGEST:
        raise TextTooLong(errors=[{"field": "signature", "msg": "at most 5,000 characters"}])
    identity.from_name, identity.signature, identity.updated_at = _name(from_name), text, work.now
    await record(work, "send_identity.described", "send_identity", identity.id, {})
    return identity


def _name(typed: str | None) -> str | None:
    name = one_line(typed or "")
    if len(name) > NAME_LONGEST:
        raise TextTooLong(errors=[{"field": "from_name", "msg": "at most 200 characters"}])
    return name or None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
