"""Raw mail whose time is over: the bytes go, what was understood stays, and whoever asks is told."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.conftest import Orgs
from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.platform.jobs.attempt import OneRun
from waypost.platform.jobs.claim import Claimed
from waypost.platform.parts import Parts
from waypost.platform.storage.actions import LEAVING, BeingRemoved, begin_leaving, register
from waypost.platform.storage.blobs import RAW, BlobGone, BlobMissing, Blobs, StoreUnavailable
from waypost.platform.storage.models import Blob
from waypost.platform.storage.queries import by_id
from waypost.platform.work import Work
from waypost.ticketing.intake.models import QuarantineItem
from waypost.ticketing.intake.rescue import dismiss
from waypost.ticketing.intake.retention.actions import may_go
from waypost.ticketing.intake.retention.jobs import mail_raw_retention
from waypost.ticketing.intake.retention.terms import Keepers, Named, RawMailTerm
from waypost.ticketing.messages.models import Attachment, Content, Occurrence, State
from waypost.ticketing.outbound.models import Sending
from waypost.ticketing.tickets.models import Status, Ticket

pytestmark = pytest.mark.anyio
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ONE, OTHER = UUID(int=1), UUID(int=2)


@dataclass(slots=True)
class Night:
    """The clock's job, for one desk."""

    desk: MailDesk
    term: RawMailTerm = field(default_factory=lambda: RawMailTerm(timedelta(days=30)))
    keepers: Keepers = field(default_factory=Keepers)

    async def comes(self, blobs: Blobs | None = None) -> None:
        claimed = Claimed.__new__(Claimed)
        object.__setattr__(claimed, "org_id", self.desk.org)
        parts = Parts(blobs or self.desk.blobs, self.term, self.keepers)
        await mail_raw_retention(OneRun(self.desk.works, parts, [claimed]))


async def aged(desk: MailDesk, **ticket: Any) -> None:
    """As if everything had come long ago; tickets as given."""
    async with desk.works.open(desk.org, MACHINE) as work:
        await work.db.execute(update(Blob).values(created_at=LONG_AGO))
        if ticket:
            await work.db.execute(update(Ticket).values(**ticket))


async def raws(desk: MailDesk) -> list[Blob]:
    """Rows of raw mails, the oldest first."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        return list(await work.db.scalars(select(Blob).where(Blob.kind == RAW).order_by(Blob.id)))


async def gone(desk: MailDesk) -> list[bool]:
    """Whose bytes are gone, in the store and by the row."""
    found = []
    for blob in await raws(desk):
        try:
            await desk.blobs.read(blob.storage_key)
            there = True
        except BlobMissing:
            there = False
        assert there == (blob.gone_at is None)
        found.append(not there)
    return found


CLOSED: dict[str, Any] = {"status": Status.CLOSED, "closed_at": LONG_AGO}
FILE = (
    "--b\r\nContent-Type: text/plain\r\n\r\nSee it.\r\n--b\r\nContent-Type: text/plain\r\n"
    "Content-Disposition: attachment; filename=a.txt\r\n\r\nseven bar\r\n--b--"
)


async def test_bytes_of_a_closed_conversation_go_and_the_rest_stays(desk: MailDesk, other_desk: MailDesk) -> None:
    parts = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    await desk.deliver(mail("1", text=FILE, headers=parts))
    await other_desk.deliver(mail("1", text=FILE, headers=parts))
    for one in (desk, other_desk):
        await aged(one, **CLOSED)
    await Night(desk).comes()
    assert (await gone(desk), await gone(other_desk)) == ([True], [False])
    (blob,) = await raws(desk)
    assert blob.gone_because == "retention" and len(blob.sha256) == 32 and blob.size_bytes > 0
    async with desk.works.open(desk.org, MACHINE) as work:
        content, file = (
            (await work.db.scalars(select(Content))).one(),
            (await work.db.scalars(select(Attachment))).one(),
        )
        assert content.body_text == "See it." and content.headers["Subject"]
        assert await desk.blobs.read((await by_id(work.db, file.blob_id)).storage_key) == b"seven bar"
        with pytest.raises(BlobGone, match=r"removed on \d{4}-\d\d-\d\d"):
            await by_id(work.db, blob.id)
        said = (await work.db.scalars(select(AuditLog).where(AuditLog.act == "mail.raw.removed"))).one()
    assert said.detail == {"mails": 1}


async def test_without_a_term_nothing_goes(desk: MailDesk) -> None:
    await desk.deliver(mail("1"))
    await aged(desk, **CLOSED)
    await Night(desk, RawMailTerm()).comes()
    assert await gone(desk) == [False]


async def test_what_is_young_or_open_or_needed_stays(desk: MailDesk) -> None:
    (ticket,) = await desk.deliver(mail("1"))
    await Night(desk).comes()
    await aged(desk, status=Status.PENDING)
    await Night(desk).comes()
    await aged(desk, **CLOSED)

    async def needed(work: Work, ticket_ids: Collection[UUID]) -> set[UUID]:
        return set(ticket_ids)

    await Night(desk, keepers=Keepers([needed])).comes()
    assert await gone(desk) == [False] and ticket
    await Night(desk).comes()
    assert await gone(desk) == [True]


async def test_a_dismissed_mail_goes_and_one_that_waits_stays(desk: MailDesk) -> None:
    bomb = mail("1", headers=f"X-Long: {'a' * 1_100_000}\r\n")
    await desk.deliver(bomb)
    await aged(desk)
    await Night(desk).comes()
    assert await gone(desk) == [False]
    async with desk.works.open(desk.org, MACHINE) as work:
        await dismiss(work, (await work.db.scalars(select(QuarantineItem))).one().id)
    await Night(desk).comes()
    assert await gone(desk) == [True]


async def test_equal_bytes_go_when_every_copy_may(desk: MailDesk) -> None:
    same = mail("1")
    await desk.deliver(same, same)
    await aged(desk, **CLOSED)
    async with desk.works.open(desk.org, MACHINE) as work:
        first = (await work.db.scalars(select(Occurrence).order_by(Occurrence.id))).first()
        assert first is not None
        first.state = State.PARSED
    await Night(desk).comes()
    assert await gone(desk) == [False]
    async with desk.works.open(desk.org, MACHINE) as work:
        await work.db.execute(update(Occurrence).values(state=State.ROUTED))
    await Night(desk).comes()
    assert await gone(desk) == [True]


class Dies(Blobs):
    """A store that does not answer when it shall delete."""

    async def delete(self, keys: Any) -> None:
        raise StoreUnavailable


async def test_who_dies_between_mark_and_deletion_is_followed(desk: MailDesk) -> None:
    await desk.deliver(mail("1"))
    await aged(desk, **CLOSED)
    with pytest.raises(StoreUnavailable):
        await Night(desk).comes(Dies(desk.blobs.store))
    (blob,) = await raws(desk)
    assert blob.gone_at is not None and blob.gone_because is None
    await Night(desk).comes()
    assert await gone(desk) == [True]


async def test_the_same_mail_comes_again_but_not_under_the_deletion(desk: MailDesk, orgs: Orgs, tmp_path: Path) -> None:
    raw = mail("1")
    await desk.deliver(raw)
    (blob,) = await raws(desk)
    async with desk.works.open(desk.org, MACHINE) as work:
        assert list(await begin_leaving(work, [blob.id])) == [blob.id]
    refs = await desk.blobs.put_many(desk.org, [(RAW, raw)])
    with pytest.raises(BeingRemoved):
        async with desk.works.open(desk.org, MACHINE) as work:
            await register(work, refs)
    async with desk.works.open(desk.org, MACHINE) as work:
        await work.db.execute(update(Blob).values(gone_at=work.now - LEAVING, gone_because="retention"))
    async with desk.works.open(desk.org, MACHINE) as work:
        assert await register(work, refs) == [blob.id]
    assert await gone(desk) == [False]


ROWS = [
    ([Named(ONE, OTHER, Status.CLOSED, State.ROUTED)], True),
    ([Named(ONE, OTHER, Status.SPAM, State.ROUTED)], True),
    ([Named(ONE, OTHER, Status.RESOLVED, State.ROUTED)], False),
    ([Named(ONE, OTHER, Status.CLOSED, State.STITCHED)], False),
    ([Named(ONE, state=State.ROUTED)], True),
    ([Named(ONE, state=State.RAW_FETCHED)], False),
    ([Named(ONE, state=State.FAILED)], False),
    ([Named(ONE, state=State.FAILED, dismissed=True)], True),
    ([Named(ONE, OTHER, Status.CLOSED, sending=Sending.SENT)], True),
    ([Named(ONE, OTHER, Status.CLOSED, sending=Sending.UNKNOWN)], False),
    ([Named(ONE, OTHER, Status.CLOSED, sending=Sending.QUEUED)], False),
    ([Named(ONE, OTHER, Status.OPEN, sending=Sending.SENT)], False),
    ([Named(ONE, OTHER, Status.CLOSED, State.ROUTED), Named(ONE, OTHER, Status.OPEN, sending=Sending.SENT)], False),
    ([], False),
]


@pytest.mark.parametrize(("rows", "goes"), ROWS)
def test_what_may_go(rows: list[Named], goes: bool) -> None:
    assert may_go(rows, set()) == ({ONE} if goes else set())
    assert may_go(rows, {OTHER}) == ({ONE} if goes and all(row.ticket_id is None for row in rows) else set())
