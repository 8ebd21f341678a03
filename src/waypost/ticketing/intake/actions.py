"""Verbs of intake: receive copies, keep what was read, put aside what cannot be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.platform.ids import new_id
from waypost.platform.rows import insert_missing, insert_rows, update_rows
from waypost.platform.storage.actions import register
from waypost.platform.work import Work
from waypost.ticketing.intake.arrivals import Arrival, Received
from waypost.ticketing.intake.bounces import bounces_in
from waypost.ticketing.intake.keeping import Keeping, ReadMail
from waypost.ticketing.intake.mirrors import Mirrors
from waypost.ticketing.intake.models import MailQuarantined, OccurrenceFetched, QuarantineItem
from waypost.ticketing.intake.queries import inboxes_into, lookalikes, mirrors
from waypost.ticketing.messages.models import (
    Attachment,
    Content,
    FilesCame,
    Message,
    Occurrence,
    OccurrenceParsed,
    RfcId,
    State,
    ThreadRef,
)
from waypost.ticketing.messages.queries import hold_threads, own_addresses, threading_policy
from waypost.ticketing.outbound.actions import come_back, seen_again
from waypost.ticketing.routing.queries import current_allowlist


async def receive(work: Work, mailbox_id: UUID, arrivals: Sequence[Arrival]) -> Received:
    """Write down copies whose bytes are safe; a copy known from an earlier run stays as it is."""
    if not arrivals:
        return Received(0, 0, ())
    blobs = await register(work, [arrival.blob for arrival in arrivals])
    rows = [_occurrence_row(work, mailbox_id, arrival, blob) for arrival, blob in zip(arrivals, blobs, strict=True)]
    ids = tuple(await insert_missing(work.db, Occurrence, rows))
    for occurrence_id in ids:
        work.tell(OccurrenceFetched(occurrence_id))
    return Received(len(ids), len(arrivals) - len(ids), ids)


def _occurrence_row(work: Work, mailbox_id: UUID, arrival: Arrival, blob_id: UUID) -> dict[str, object]:
    return {
        "id": new_id(),
        "mailbox_id": mailbox_id,
        "provider_id": arrival.provider_id,
        "thread_id": arrival.thread_id,
        "labels": list(arrival.labels),
        "inbox": arrival.inbox,
        "received_at": arrival.received_at,
        "state": State.RAW_FETCHED,
        "raw_blob_id": blob_id,
        "updated_at": work.now,
    }


async def keep(work: Work, mails: Sequence[ReadMail]) -> None:
    """Give every read copy its message: a known one, or a new one with content, parts and references.

    Copies of our own replies join the message we sent and say that it left; bounces say that one came back.
    """
    if not mails:
        return
    await hold_threads(work.db)
    addresses = await own_addresses(work.db)
    register_of_known = await lookalikes(work.db, [mail.prints for mail in mails])
    allowed = await current_allowlist(work.db, addresses)
    apart = (await threading_policy(work.db)).inboxes_apart
    if apart:
        await inboxes_into(work.db, register_of_known)
    keeping = Keeping(work.now, addresses, allowed, register_of_known, await _mirrors(work, mails), apart)
    for mail in mails:
        keeping.take(mail)
    await _write(work, keeping)
    await seen_again(work, keeping.mirrored)
    await come_back(work, bounces_in(mails))
    for mail in mails:
        work.tell(OccurrenceParsed(mail.occurrence_id))


async def _mirrors(work: Work, mails: Sequence[ReadMail]) -> Mirrors:
    """Our replies whose ids these mails carry, signed or as their Message-ID."""
    signed = {mail.proof.proven.oss_message_id for mail in mails if mail.proof.proven}
    return await mirrors(work.db, signed, {mark for mail in mails if (mark := mail.prints.rfc_mark)})


async def _write(work: Work, keeping: Keeping) -> None:
    for table in (Message, RfcId, Content, ThreadRef, Attachment):
        await insert_rows(work.db, table, keeping.rows[table])
    groups = [{"id": message_id, "collision_group_id": group} for message_id, group in keeping.groups.items()]
    await update_rows(work.db, Message, groups)
    for message_id in {row["message_id"] for row in keeping.rows[Attachment]}:
        work.tell(FilesCame(message_id))
    await update_rows(work.db, Occurrence, keeping.occurrences)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A copy that cannot be read, and why."""

    occurrence_id: UUID
    reason: str
    limit_name: str | None = None


async def put_aside(work: Work, unreadable: Sequence[Unreadable]) -> None:
    """Quarantine: the copy is failed, its bytes stay, an agent sees it; doing it again changes nothing."""
    for one in unreadable:
        written = await work.db.scalar(
            upsert(QuarantineItem)
            .values(occurrence_id=one.occurrence_id, reason=one.reason, limit_name=one.limit_name, created_at=work.now)
            .on_conflict_do_nothing(index_elements=["org_id", "occurrence_id"])
            .returning(QuarantineItem.id)
        )
        if written is None:
            continue
        await work.db.execute(
            update(Occurrence)
            .where(Occurrence.id == one.occurrence_id)
            .values(state=State.FAILED, parse_error=one.reason, parsed_at=work.now, updated_at=work.now)
        )
        work.tell(MailQuarantined(one.occurrence_id))
