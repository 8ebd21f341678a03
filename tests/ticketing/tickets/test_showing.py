"""How a message is shown: within the page's budget, history folded, pictures in place or counted."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from waypost.platform.ids import new_id
from waypost.platform.safety.links import Links
from waypost.platform.storage.links import BlobLinks, Manner
from waypost.ticketing.messages.models import Attachment, Direction
from waypost.ticketing.messages.sanitise import sanitise
from waypost.ticketing.tickets.conversation import Spoken
from waypost.ticketing.tickets.pictures import LONGEST_URL, PictureLinks
from waypost.ticketing.tickets.showing import NEWEST, PAGE_BUDGET, Linking, initials, shown, shown_thread

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEYS = Links((b"k" * 32,))
LINKING = Linking(BlobLinks(KEYS), PictureLinks(KEYS), new_id(), NOW)


def spoken(text: str | None = None, html: str | None = None, **changes: Any) -> Spoken:
    """A message without a database."""
    kept = sanitise(html) if html is not None else None
    attachments = tuple(changes.pop("attachments", ()))
    row = {
        "body_text": text,
        "body_html": kept.html if kept else None,
        "has_remote": bool(kept and kept.has_remote),
        "quote_start": None,
        "direction": Direction.INBOUND.value,
        "from_name": "Ines Roth",
        "from_email": "ines@client.example",
    }
    return Spoken(SimpleNamespace(**{**row, **changes}), attachments, ())


def picture(cid: str | None, name: str = "logo.png", kind: str = "image/png") -> Attachment:
    return Attachment(id=new_id(), blob_id=new_id(), filename=name, content_type=kind, content_id=cid, size_bytes=9)


def test_newest_first_in_oldest_first_out_within_the_budget() -> None:
    thread = [spoken("x" * 100), spoken("y" * (PAGE_BUDGET - 300)), spoken("z" * 300), spoken("w" * 100)]
    result = shown_thread(thread, LINKING)
    assert [one.spoken for one in result] == thread[::-1]
    assert [one.has_body for one in result] == [True, False, True, True]
    assert "w" * 100 in result[0].text and result[1].text == result[1].html == ""


def test_a_long_newest_message_is_shown_and_an_endless_one_is_fetched() -> None:
    long, endless = spoken("x" * NEWEST), spoken("x" * (NEWEST + 1))
    assert [one.has_body for one in shown_thread([long, spoken("y")], LINKING)] == [False, True]
    assert [one.has_body for one in shown_thread([endless, spoken("y")], LINKING)] == [True, False]
    assert shown(endless, LINKING).has_body


@pytest.mark.parametrize("body", ["<" * (PAGE_BUDGET // 2), "東" * (PAGE_BUDGET // 2), '"&' * (PAGE_BUDGET // 3)])
def test_the_budget_counts_what_is_sent(body: str) -> None:
    """Escaped and encoded, a character may cost six bytes."""
    thread = [spoken("new"), *(spoken(body) for _ in range(4))]
    sent = sum(len(str(one.text).encode()) for one in shown_thread(thread, LINKING))
    assert sent <= PAGE_BUDGET + 100


def test_history_is_split_off() -> None:
    one = shown(spoken("Yes.\n\nOn Monday you wrote:\n> <b>no</b>", quote_start=6), LINKING)
    assert str(one.text) == "Yes."
    assert str(one.quoted) == "On Monday you wrote:<br>\n&gt; &lt;b&gt;no&lt;/b&gt;"
    for nothing_own in (0, None):
        whole = shown(spoken("> all of it", quote_start=nothing_own), LINKING)
        assert (str(whole.text), str(whole.quoted)) == ("&gt; all of it", "")


def test_pictures_inside_are_shown_in_place_and_not_listed_again() -> None:
    used, coded, unused = picture("logo@x"), picture("a b@x", "coded.png"), picture("logo@", "other.png")
    vector, sheet = picture("v@x", "v.svg", "image/svg+xml"), picture(None, "plan.pdf", "application/pdf")
    html = '<p>x</p><img src="cid:logo@x"><img src="CID:a%20b@x"><img src="cid:v@x" alt="drawing">'
    one = shown(spoken("x", html, attachments=[used, coded, unused, vector, sheet]), LINKING)
    assert one.html.count(' src="/blobs/') == 2 and '<img alt="drawing">' in one.html
    assert one.files == (unused, vector, sheet)
    token = one.html.partition('src="/blobs/')[2].partition('"')[0]
    link = LINKING.links.read(token, NOW)
    assert (link.blob_id, link.manner, link.org) == (used.blob_id, Manner.INLINE, LINKING.org)


def test_pictures_elsewhere_are_counted_and_fetched_through_us_when_asked() -> None:
    html = '<img src="https://x.example/a.png?b=1&c=2"><img src="http://y.example/b.png"><img src="/relative.png">'
    one = spoken("x", html)
    quiet, asked = shown(one, LINKING), shown(one, LINKING, pictures=True)
    assert quiet.pictures_hidden == 2 and ' src="' not in quiet.html
    assert asked.pictures_hidden == 0 and asked.html.count(' src="/remote-pictures/') == 2
    assert "x.example" not in asked.html
    token = asked.html.partition('src="/remote-pictures/')[2].partition('"')[0]
    assert LINKING.pictures.read(token, NOW) == "https://x.example/a.png?b=1&c=2"


def test_an_address_too_long_for_a_link_is_not_shortened_into_another() -> None:
    endless = "https://x.example/" + "a" * LONGEST_URL
    token = LINKING.remote(endless).removeprefix("/remote-pictures/")
    assert LINKING.pictures.read(token, NOW + timedelta(minutes=9)) == ""


def test_history_that_is_folded_takes_no_room() -> None:
    """The frame of a mail is as tall as what it shows: no empty screen below two lines."""
    text, html = "It is.\n> 1\n> 2\n> 3\n> 4", "<p>It is.</p><blockquote>1<br>2<br>3<br>4</blockquote>"
    open_, closed = shown(spoken(text, html), LINKING), shown(spoken(text, html, quote_start=7), LINKING)
    assert (open_.lines, closed.lines) == (6, 3)
    assert shown(spoken(text, "<p>It is.</p>1 2 3 4", quote_start=7), LINKING).lines == 6


def test_ours_are_told_from_theirs() -> None:
    """Rows bring plain text, not enum members."""
    assert shown(spoken("x", direction="outbound"), LINKING).is_ours
    assert not shown(spoken("x"), LINKING).is_ours


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ines Roth", "IR"),
        ("anna@client.example", "AC"),
        ("", "?"),
        ("«Ö» Ä", "Ä"),
        ("madonna", "M"),
        ("山田 太郎", "山太"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
