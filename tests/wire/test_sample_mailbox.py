"""The sample mailbox that every new user sees first: repeatable, alive, and as varied as it claims to be."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from mailbox import mbox
from pathlib import Path

import pytest

from demo.mailbox import BUNDLE, MBOX, write

NOW = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
CHARSETS = {
    "utf-8",
    "iso-8859-1",
    "iso-8859-15",
    "iso-8859-2",
    "windows-1252",
    "windows-1251",
    "windows-1255",
    "koi8-r",
    "iso-2022-jp",
    "gb18030",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write(folder, NOW)
    return folder


@pytest.fixture(scope="module")
def mails(folder: Path) -> list[EmailMessage]:
    """All mails that can be read, in the order they lie there."""
    box = mbox(folder / MBOX, create=False)
    raws = [box.get_bytes(key) for key in box.iterkeys()]
    box.close()
    raws += [path.read_bytes() for path in sorted(folder.glob("*.eml")) if path.name != BUNDLE]
    return [message_from_bytes(raw, policy=policy.default) for raw in raws]


def _leaves(mails: list[EmailMessage]) -> list[EmailMessage]:
    return [leaf for mail in mails for leaf in mail.walk() if not leaf.is_multipart()]


def _at(mail: EmailMessage) -> datetime:
    return datetime.strptime(mail["Received"].rpartition(";")[2].strip(), "%a, %d %b %Y %H:%M:%S %z")


def test_the_same_moment_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write(tmp_path, NOW)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_every_mail_is_sound_and_recent(mails: list[EmailMessage]) -> None:
    assert len(mails) >= 60
    assert [mail["Subject"] for mail in mails if any(part.defects for part in mail.walk())] == []
    assert all(NOW - timedelta(days=40) < _at(mail) <= NOW for mail in mails)


def test_charsets_and_enclosures(mails: list[EmailMessage]) -> None:
    leaves = _leaves(mails)
    charsets = {leaf.get_content_charset() for leaf in leaves if leaf.get_content_maintype() == "text"}
    assert charsets >= CHARSETS
    kinds = Counter(leaf.get_content_type() for leaf in leaves)
    assert {"application/pdf", "text/csv", "text/calendar", "image/png", "message/delivery-status"} <= {
        *kinds,
        *(part.get_content_type() for mail in mails for part in mail.walk()),
    }
    papers = [leaf.get_content() for leaf in leaves if leaf.get_content_type() == "application/pdf"]
    assert all(_table_stands_where_it_says(paper) for paper in papers)


def _table_stands_where_it_says(paper: bytes) -> bool:
    offset = int(paper.rpartition(b"startxref")[2].split()[0])
    return paper.startswith(b"%PDF-") and paper[offset:].startswith(b"xref\n")


def test_some_answers_arrive_before_what_they_answer(mails: list[EmailMessage]) -> None:
    places = {mail["Message-ID"]: place for place, mail in reversed(list(enumerate(mails)))}
    early = [mail for mail in mails if places.get(mail["In-Reply-To"], -1) > places.get(mail["Message-ID"], 0)]
    assert len(early) >= 3
    assert all(_at(one) <= _at(two) for one, two in pairwise(mails[: len(mails) - 2]))


def test_copies_and_dropped_references(mails: list[EmailMessage]) -> None:
    assert sorted(Counter(mail.as_bytes() for mail in mails).values())[-2:] == [1, 2]
    rewritten = {mail["Message-ID"] for mail in mails if "Outside tap" in mail["Subject"]}
    assert len(rewritten) == 2
    assert any(mail["In-Reply-To"] and not mail["References"] for mail in mails)
    assert any(mail["Message-ID"] is None for mail in mails)


def test_the_bundle_is_deeper_than_any_reader_follows(folder: Path) -> None:
    assert (folder / BUNDLE).read_bytes().count(b"Content-Type: multipart/mixed") == 300
