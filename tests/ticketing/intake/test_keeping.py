"""From read mails to rows: one batch's book-keeping, and what of it a database must keep."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.make.letters import File, letter
from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.intake import queries
from waypost.ticketing.intake.keeping import Keeping, ReadMail
from waypost.ticketing.intake.mime import read_mail
from waypost.ticketing.intake.mirrors import Mirrors
from waypost.ticketing.intake.recognise import Register
from waypost.ticketing.messages.models import (
    AddressKind,
    Attachment,
    Content,
    Message,
    Occurrence,
    RfcId,
    ThreadRef,
)
from waypost.ticketing.routing.allowlist import allowlist

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OWN = {"support@acme.example": AddressKind.INBOX, "journal@acme.example": AddressKind.JOURNAL}


def kept(*raws: bytes) -> Keeping:
    """One batch."""
    keeping = Keeping(NOW, OWN, allowlist(["support@acme.example"], []), Register(), Mirrors.of([]))
    for raw in raws:
        read = read_mail(raw)
        keeping.take(ReadMail(new_id(), read, tuple(new_id() for _ in read.attachments)))
    return keeping


def test_a_batch_of_copies_is_one_message() -> None:
    raw = mail("1", text="Same.")
    keeping = kept(raw, raw, raw.replace(b"<1@", b"<gw@"), mail("2"))
    assert len(keeping.rows[Message]) == len(keeping.rows[Content]) == 2
    assert [row["is_duplicate"] for row in keeping.occurrences] == [False, True, True, False]
    assert len({row["message_id"] for row in keeping.occurrences[:3]}) == 1
    ids = [row["message_id"] for row in keeping.rows[RfcId]]
    assert len(ids) == 3 and ids.count(keeping.occurrences[0]["message_id"]) == 2


def test_look_alikes_share_one_group() -> None:
    keeping = kept(*(mail("1", text=f"Version {n}.") for n in range(3)))
    first, *others = keeping.rows[Message]
    assert first["collision_group_id"] is None
    groups = {keeping.groups[first["id"]], *(row["collision_group_id"] for row in others)}
    assert len(groups) == 1 and None not in groups


def test_what_we_said_ourselves_is_outbound() -> None:
    keeping = kept(mail("1"), mail("2", "Support@Acme.example", to="anna@client.example"))
    assert [row["direction"] for row in keeping.rows[Message]] == ["inbound", "outbound"]


def test_references_from_the_likeliest_parent_back() -> None:
    keeping = kept(mail("4", refs=("1", "2", "3")))
    rows = keeping.rows[ThreadRef]
    assert [(row["ref_type"], row["position"]) for row in rows] == [
        ("in_reply_to", 0),
        ("references", 1),
        ("references", 2),
    ]
    assert len({row["mark"] for row in rows}) == 3


def test_the_journal_is_never_whom_a_mail_was_meant_for() -> None:
    raw = b"Delivered-To: journal@acme.example\r\n" + mail("1", to="x@else.example, support@acme.example")
    (row,) = kept(raw).occurrences
    assert (row["original_recipient"], row["original_recipient_source"]) == ("support@acme.example", "to_cc_scan")
    assert row["original_recipient_evidence"]["delivered_to_candidates"] == ["journal@acme.example"]


@pytest.mark.anyio
async def test_equal_files_are_two_attachments_on_one_blob(desk: MailDesk) -> None:
    await desk.deliver(letter("1", files=[File("a.pdf", b"%PDF"), File("b.pdf", b"%PDF"), File("c.pdf", b"%PDF c")]))
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        parts = list(await work.db.scalars(select(Attachment).order_by(Attachment.ordinal)))
    assert [part.filename for part in parts] == ["a.pdf", "b.pdf", "c.pdf"]
    assert parts[0].blob_id == parts[1].blob_id != parts[2].blob_id


@pytest.mark.anyio
async def test_an_old_copy_is_found_among_many_look_alikes(desk: MailDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine writes the same mail without a date again and again; each copy still finds its own."""
    monkeypatch.setattr(queries, "LOOKALIKES", 3)
    raws = [machine(n) for n in range(6)]
    await desk.deliver(*raws)
    await desk.deliver(raws[5], raws[0])
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        copies = list(await work.db.scalars(select(Occurrence).order_by(Occurrence.received_at)))
    assert [copy.is_duplicate for copy in copies] == [False] * 6 + [True] * 2
    assert (copies[6].message_id, copies[7].message_id) == (copies[5].message_id, copies[0].message_id)


def machine(n: int) -> bytes:
    return f"From: m@x.example\r\nSubject: Alarm\r\nMessage-ID: <alarm{n}@x.example>\r\n\r\nAlarm.\r\n".encode()


@pytest.mark.anyio
async def test_two_groups_of_look_alikes_become_one(desk: MailDesk) -> None:
    """One mail resembles both by content on one side and by its Message-ID on the other."""
    await desk.deliver(mail("1", text="One."), mail("1", text="Two."))
    await desk.deliver(mail("9", text="Nine."), mail("9", text="Ten."))
    await desk.deliver(mail("9", text="One.", headers="Date: Tue, 3 Nov 2026 08:00:00 +0000\r\n"))
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        groups = list(await work.db.scalars(select(Message.collision_group_id)))
    assert len(groups) == 5 and None not in groups


def test_a_copy_adds_nothing_to_what_the_first_one_said() -> None:
    raw = mail("1", text="Same.")
    keeping = kept(raw, raw.replace(b"\r\nDate:", b"\r\nReferences: <later@client.example>\r\nDate:"))
    assert [row["is_duplicate"] for row in keeping.occurrences] == [False, True]
    assert len(keeping.rows[Content]) == 1 and keeping.rows[ThreadRef] == keeping.rows[Attachment] == []
