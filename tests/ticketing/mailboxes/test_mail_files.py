"""Mail on disk in every dialect: nothing is lost, nothing is cut in two, nothing else is taken for mail."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from waypost.ticketing.mailboxes.arrival_time import arrival_time
from waypost.ticketing.mailboxes.mail_files import FoundMail, NothingThere, Skipped, WhySkipped, walk_mails
from waypost.ticketing.mailboxes.mbox import is_mbox, mbox_mails

FROM = b"From ines@customer.example Mon Nov  2 10:11:12 2026\n"
LIMIT = 1_000_000


def written(tmp_path: Path, content: bytes, name: str = "mails.mbox") -> Path:
    (tmp_path / name).write_bytes(content)
    return tmp_path / name


def bodies(path: Path, limit: int = LIMIT) -> list[bytes]:
    return [raw for raw, _ in mbox_mails(path, limit)]


def test_two_mails_without_the_lines_that_belong_to_the_mbox(tmp_path: Path) -> None:
    path = written(tmp_path, FROM + b"Subject: a\n\nHello\n\n" + FROM + b"Subject: b\n\nBye\n")
    assert bodies(path) == [b"Subject: a\n\nHello\n", b"Subject: b\n\nBye\n"]


def test_carriage_returns_stay(tmp_path: Path) -> None:
    line = FROM.replace(b"\n", b"\r\n")
    path = written(tmp_path, line + b"Subject: a\r\n\r\nHello\r\n\r\n" + line + b"Subject: b\r\n\r\nBye\r\n")
    assert bodies(path) == [b"Subject: a\r\n\r\nHello\r\n", b"Subject: b\r\n\r\nBye\r\n"]


def test_escapes_lose_one_mark(tmp_path: Path) -> None:
    path = written(tmp_path, FROM + b"Subject: a\n\n>From here\n>>From there\n> From quoted\n")
    assert bodies(path) == [b"Subject: a\n\nFrom here\n>From there\n> From quoted\n"]


@pytest.mark.parametrize(
    "body",
    [
        b"Dear all,\n\nFrom Monday on we are closed.\n",
        b"Text\n" + FROM + b"in the middle of a paragraph\n",
        b"\nFrom me to you 2026\n",
    ],
)
def test_a_from_in_a_body_begins_no_mail(tmp_path: Path, body: bytes) -> None:
    assert bodies(written(tmp_path, FROM + b"Subject: a\n\n" + body)) == [b"Subject: a\n\n" + body]


def test_content_length_is_believed_where_it_leads_to_a_mail(tmp_path: Path) -> None:
    body = b"One\n\n" + FROM + b"not a mail\n>From kept\n"
    first = b"Content-Length: %d\nSubject: a\n\n" % len(body) + body
    path = written(tmp_path, FROM + first + b"\n" + FROM + b"Subject: b\n\nBye\n")
    assert bodies(path) == [first, b"Subject: b\n\nBye\n"]


@pytest.mark.parametrize("length", [0, 3, 10_000_000, 99_999])
def test_a_wrong_content_length_is_as_if_it_were_not_there(tmp_path: Path, length: int) -> None:
    first = b"Content-Length: %d\nSubject: a\n\nHello, this is it\n" % length
    path = written(tmp_path, FROM + first + b"\n" + FROM + b"Subject: b\n\nBye\n")
    assert bodies(path) == [first, b"Subject: b\n\nBye\n"]


def test_empty_mails_and_mails_without_a_body(tmp_path: Path) -> None:
    path = written(tmp_path, FROM + b"\n" + FROM + b"Subject: only headers\n\n" + FROM + b"Subject: c\n\nBye\n")
    assert len(bodies(path)) == 3 and bodies(path)[-1] == b"Subject: c\n\nBye\n"


def test_a_mail_beyond_the_limit_is_cut_one_byte_after_it(tmp_path: Path) -> None:
    large = b"Subject: a\n\n" + b"x" * 70 * 100 + b"\n"
    path = written(tmp_path, FROM + large + b"\n" + FROM + b"Subject: b\n\nBye\n")
    found = bodies(path, 1000)
    assert len(found[0]) == 1001 and found[1] == b"Subject: b\n\nBye\n"


def test_lines_without_end_do_not_end_the_reading(tmp_path: Path) -> None:
    path = written(tmp_path, FROM + b"Subject: a\n\n" + b"x" * 3_000_000 + b"\n\n" + FROM + b"Subject: b\n\nBye\n")
    assert [len(raw) for raw in bodies(path, 5_000_000)] == [3_000_013, 16]


@pytest.mark.parametrize(
    ("line", "at"),
    [
        (FROM, datetime(2026, 11, 2, 10, 11, 12, tzinfo=UTC)),
        (b"From 17@xxx Mon Nov 02 10:11:12 +0200 2026\n", datetime(2026, 11, 2, 8, 11, 12, tzinfo=UTC)),
        (b"From MAILER-DAEMON Mon Nov  2 10:11 2026\n", datetime(2026, 11, 2, 10, 11, tzinfo=UTC)),
        (b"From - Mon Nov 99 10:11:12 2026\n", None),
    ],
)
def test_dates_of_from_lines(tmp_path: Path, line: bytes, at: datetime | None) -> None:
    path = written(tmp_path, line + b"Subject: a\n\nHello\n")
    assert is_mbox(path) and [found for _, found in mbox_mails(path, LIMIT)] == [at]


def test_a_folder_of_everything(tmp_path: Path) -> None:
    for folder in ("box/cur", "box/new", "box/tmp", "loose"):
        (tmp_path / folder).mkdir(parents=True)
    files = {
        "box/cur/1.x:2,S": b"Subject: read\n\n",
        "box/new/2.x": b"no header, but its place says mail",
        "box/tmp/3.x": b"Subject: half delivered\n\n",
        "loose/a.eml": b"",
        "loose/b.eml": b"\x89PNG\r\n\x1a\n",
        "loose/c.mbox": FROM + b"Subject: boxed\n\n" + b"\n" + FROM + b"Subject: boxed too\n\n",
        "loose/d.txt": b"From: ines@customer.example\n\nHello",
        "loose/e.png": b"\x89PNG\r\n\x1a\n",
        "loose/f": b"",
        "loose/notes.txt": b"Shopping list\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    found = list(walk_mails([tmp_path], LIMIT))
    mails = [each.raw for each in found if isinstance(each, FoundMail)]
    skipped = {each.path.name: each.reason for each in found if isinstance(each, Skipped)}
    assert len(mails) == 7 and b"Subject: half delivered\n\n" not in mails
    assert skipped == {"e.png": WhySkipped.NO_MAIL, "f": WhySkipped.EMPTY, "notes.txt": WhySkipped.NO_MAIL}
    assert [each for each in walk_mails([tmp_path], LIMIT)] == found


def test_a_file_that_is_given_directly_is_always_taken(tmp_path: Path) -> None:
    picture = written(tmp_path, b"\x89PNG\r\n\x1a\n", "picture.png")
    assert [type(each) for each in walk_mails([picture], LIMIT)] == [FoundMail]


def test_a_missing_source_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(NothingThere):
        next(walk_mails([tmp_path, tmp_path / "nowhere"], LIMIT))


def test_when_a_mail_came(tmp_path: Path) -> None:
    latest = datetime(2026, 12, 1, tzinfo=UTC)
    received = b"Received: by a\n (b); Mon, 2 Nov 2026 10:00:00 +0100\nReceived: old; Mon, 2 Nov 2026 08:00:00 +0000\n"
    date = b"Date: Tue, 3 Nov 2026 10:00:00 +0000\n"
    assert arrival_time(date + received + b"\nbody", latest) == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert arrival_time(date + b"\nReceived: x; Mon, 2 Nov 2026 10:00:00 +0100", latest) == datetime(
        2026, 11, 3, 10, tzinfo=UTC
    )
    for broken in (b"", b"Date: yesterday\n\n", b"Date: Mon, 1 Jan 9999 00:00:00 +0000\n\n", b"Date: \xff\n\n"):
        assert arrival_time(broken, latest) is None
