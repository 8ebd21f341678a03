"""Copies are written down once for each mailbox and provider's id, with their bytes named before them."""

import hashlib
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.ticketing.desk import START, MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.platform.storage.blobs import RAW
from waypost.platform.storage.models import Blob
from waypost.ticketing.intake.actions import receive
from waypost.ticketing.intake.arrivals import Arrival, Received
from waypost.ticketing.intake.models import OccurrenceFetched
from waypost.ticketing.mailboxes.actions import add_import
from waypost.ticketing.messages.models import Occurrence

pytestmark = pytest.mark.anyio


async def take(desk: MailDesk, *named: tuple[str, bytes], inbox: str | None = None) -> tuple[Received, list[UUID]]:
    """Copies under these ids into the mailbox of one inbox; those that were told to be fetched."""
    refs = await desk.blobs.put_many(desk.org, [(RAW, raw) for _, raw in named])
    arrivals = [Arrival(name, ref, START) for (name, _), ref in zip(named, refs, strict=True)]
    async with desk.works.open(desk.org, MACHINE) as work:
        mailbox = await add_import(work, inbox)
        received = await receive(work, mailbox.id, arrivals)
        return received, [fact.occurrence_id for fact in work.told if isinstance(fact, OccurrenceFetched)]


async def count(desk: MailDesk, model: type) -> int:
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return int(await work.db.scalar(select(func.count()).select_from(model)) or 0)


async def test_a_copy_known_from_an_earlier_run_stays_as_it_is(desk: MailDesk) -> None:
    first, told = await take(desk, ("a", mail("1")), ("b", mail("2")))
    again, silence = await take(desk, ("b", mail("other")), ("c", mail("3")), ("a", mail("1")))
    assert (first.new, first.already) == (2, 0) and (again.new, again.already) == (1, 2)
    assert told == list(first.occurrence_ids) and silence == list(again.occurrence_ids)
    assert await digest_of(desk, "b") == hashlib.sha256(mail("2")).digest()


async def digest_of(desk: MailDesk, provider_id: str) -> bytes | None:
    chosen = select(Blob.sha256).join(Occurrence, Occurrence.raw_blob_id == Blob.id)
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return await work.db.scalar(chosen.where(Occurrence.provider_id == provider_id))


async def test_another_mailbox_has_a_copy_of_its_own(desk: MailDesk) -> None:
    for inbox in (None, "a@acme.example", "b@acme.example"):
        received, _ = await take(desk, ("a", mail("1")), inbox=inbox)
        assert (received.new, received.already) == (1, 0)
    assert (await count(desk, Occurrence), await count(desk, Blob)) == (3, 1)


async def test_nothing_arrives_and_one_twice_in_a_batch(desk: MailDesk) -> None:
    assert (await take(desk))[0] == Received(0, 0, ())
    received, told = await take(desk, ("a", mail("1")), ("a", mail("1")))
    assert (received.new, received.already, len(told)) == (1, 1, 1)


async def test_a_copy_begins_with_what_its_mailbox_said(desk: MailDesk) -> None:
    received, _ = await take(desk, ("a", mail("1")))
    copy = await only(desk)
    assert (copy.id, copy.state, copy.received_at) == (received.occurrence_ids[0], "raw_fetched", START)
    assert (copy.is_duplicate, copy.original_recipient, copy.original_recipient_source) == (False, None, "unknown")
    assert (copy.original_recipient_confidence, copy.original_recipient_evidence) == ("low", {})


async def only(desk: MailDesk) -> Occurrence:
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return (await work.db.scalars(select(Occurrence))).one()


async def test_two_organisations_keep_the_same_mail_apart(desk: MailDesk, other_desk: MailDesk) -> None:
    ids: list[UUID] = []
    for one in (desk, other_desk):
        ids += (await take(one, ("a", mail("1"))))[0].occurrence_ids
        assert await count(one, Occurrence) == await count(one, Blob) == 1
    assert len(set(ids)) == 2
