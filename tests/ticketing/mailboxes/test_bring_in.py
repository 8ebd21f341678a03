"""Import: each mail once, however often and however interrupted; flat in memory; apart by organisation."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Orgs
from tests.ticketing.mailboxes.conftest import mail
from waypost.platform.storage.blobs import Blobs
from waypost.platform.work import Works
from waypost.ticketing.mailboxes import bring_in as bring_in_module
from waypost.ticketing.mailboxes.bring_in import Tally, bring_in

pytestmark = pytest.mark.anyio


def mbox(path: Path, *mails: bytes) -> Path:
    path.write_bytes(b"".join(b"From x Mon Nov  2 10:11:12 2026\r\n" + each + b"\r\n" for each in mails))
    return path


async def test_a_second_run_finds_everything_already_there(
    works: Works, blobs: Blobs, orgs: Orgs, tmp_path: Path
) -> None:
    source = mbox(tmp_path / "m.mbox", mail("one"), mail("twice"), mail("twice"))
    first = await bring_in(works, blobs, orgs.acme, [source], inbox="support@acme.example")
    again = await bring_in(works, blobs, orgs.acme, [source], inbox="Support@acme.example")
    assert (first.mails, first.new, first.already) == (3, 3, 0)
    assert (again.mails, again.new, again.already) == (3, 0, 3)


async def test_each_inbox_and_each_organisation_is_apart(
    works: Works, blobs: Blobs, orgs: Orgs, tmp_path: Path, owner: Any
) -> None:
    source = mbox(tmp_path / "m.mbox", mail("one"))
    runs = [(orgs.acme, "a@acme.example"), (orgs.acme, "b@acme.example"), (orgs.acme, None), (orgs.globex, None)]
    assert [(await bring_in(works, blobs, org, [source], inbox=inbox)).new for org, inbox in runs] == [1, 1, 1, 1]
    found = await owner.execute(
        "select m.email_address, m.purpose, o.inbox from mailboxes m join message_occurrences o on o.mailbox_id = m.id"
        " where m.org_id = %s order by 1",
        (orgs.acme,),
    )
    assert [tuple(row) for row in await found.fetchall()] == [
        ("a@acme.example", "import", "a@acme.example"),
        ("b@acme.example", "import", "b@acme.example"),
        ("import", "import", None),
    ]
    own = await owner.execute("select address, kind from own_addresses where org_id = %s order by 1", (orgs.acme,))
    assert [tuple(row) for row in await own.fetchall()] == [("a@acme.example", "inbox"), ("b@acme.example", "inbox")]


async def test_an_interrupted_run_is_simply_started_again(
    works: Works, blobs: Blobs, orgs: Orgs, tmp_path: Path
) -> None:
    source = mbox(tmp_path / "m.mbox", *(mail(str(number)) for number in range(250)))

    def interrupt(tally: Tally) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await bring_in(works, blobs, orgs.acme, [source], progress=interrupt)
    again = await bring_in(works, blobs, orgs.acme, [source])
    assert (again.new, again.already) == (150, 100)


async def test_progress_and_what_was_skipped(works: Works, blobs: Blobs, orgs: Orgs, tmp_path: Path) -> None:
    mbox(tmp_path / "m.mbox", *(mail(str(number)) for number in range(120)))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "empty.eml").write_bytes(b"")
    seen: list[int] = []
    tally = await bring_in(works, blobs, orgs.acme, [tmp_path], progress=lambda now: seen.append(now.mails))
    assert seen == [100, 121] and tally.skipped == {"not a mail": 1}
    assert [each.path.name for each in tally.examples] == ["picture.png"]


async def test_memory_does_not_grow_with_the_file(
    works: Works, blobs: Blobs, orgs: Orgs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring_in_module, "BATCH_BYTES", 2_000_000)
    source = mbox(tmp_path / "m.mbox", *(mail(str(number), "some words " * 20_000) for number in range(60)))
    peaks: list[int] = []

    def measure(tally: Tally) -> None:
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()

    tracemalloc.start()
    try:
        await bring_in(works, blobs, orgs.acme, [source], progress=measure)
    finally:
        tracemalloc.stop()
    assert len(peaks) >= 6 and max(peaks[2:]) < 1.3 * max(peaks[:2]) < source.stat().st_size
