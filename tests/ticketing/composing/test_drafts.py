"""Drafts: one for each person and ticket, kept while one types, with files, never revived by a late save."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.ticketing.composing.writing import fields, form, post
from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import Office
from waypost.ticketing.replies.drafts.composing import (
    History,
    added,
    answering,
    compose,
    own_words,
    split_addresses,
    without,
)
from waypost.ticketing.replies.forms import file_name, media_type

pytestmark = pytest.mark.anyio
FRAGMENT = {"hx-request": "true", "accept": "text/html"}
LONDON = ZoneInfo("Europe/London")
SAID = History("Anna", datetime(2026, 7, 2, 8, 5, tzinfo=UTC), "It is cold.\n\nVery.", "english")


async def test_what_is_typed_is_there_again_and_only_for_its_writer(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket)
    kept = await office.bob.post(f"/tickets/{ticket}/draft", data=begun | {"body": "Half a sen"}, headers=FRAGMENT)
    assert kept.status_code == 200 and "Kept" in kept.text and "<html" not in kept.text
    assert (await form(office, ticket))["body"] == "Half a sen"
    assert "You began a reply" in await office.page(f"/tickets/{ticket}/draft", **{"hx-request": "true"})
    async with office.visit(office.product.cast.alice) as alice:
        hers = await alice.get(f"/tickets/{ticket}/reply", headers={"accept": "text/html"})
        assert fields(hers.text)["body"] == ""
        assert "You began" not in (await alice.get(f"/tickets/{ticket}/draft", headers=FRAGMENT)).text
    typed = await form(office, ticket) | {"body": "A whole sentence."}
    assert (await post(office, f"/tickets/{ticket}/draft", typed)).headers["location"] == f"/tickets/{ticket}/reply"
    assert (await form(office, ticket))["body"] == "A whole sentence."


async def test_a_late_save_revives_nothing(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket) | {"body": "Once."}
    assert (await post(office, f"/tickets/{ticket}/reply", begun)).status_code == 303
    late = await office.bob.post(f"/tickets/{ticket}/draft", data=begun, headers=FRAGMENT)
    assert "Not kept" in late.text and (await form(office, ticket))["body"] == ""
    twice = await post(office, f"/tickets/{ticket}/reply", begun)
    assert twice.status_code == 422 and "sent or discarded in another window" in twice.text
    fresh = await form(office, ticket) | {"body": "Another."}
    assert (await post(office, f"/tickets/{ticket}/reply", fresh)).status_code == 303


async def test_discarding_can_be_undone(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket) | {"body": "Perhaps not."}
    gone = await post(office, f"/tickets/{ticket}/draft/discarding", begun)
    assert gone.headers["location"] == f"/tickets/{ticket}?was=draft:discarded"
    page = await office.page(gone.headers["location"])
    assert f'action="/tickets/{ticket}/draft/restoration' in page
    assert (await form(office, ticket))["body"] == ""
    assert (await office.send(f"/tickets/{ticket}/draft/restoration")).status_code == 303
    assert (await form(office, ticket))["body"] == "Perhaps not."


async def test_files_go_along_and_can_be_taken_off(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket) | {"body": "See the plan."}
    files = [("files", (name, data, "text/plain")) for name, data in (("plan.txt", b"up"), ("other.txt", b"down"))]
    headers = FRAGMENT | {"hx-target": "composer"}
    drawn = await office.bob.post(f"/tickets/{ticket}/draft", data=begun, files=files, headers=headers)
    assert "plan.txt" in drawn.text and fields(drawn.text)["body"] == "See the plan."
    page = await office.page(f"/tickets/{ticket}/reply")
    (off,) = [one.split('"')[0] for one in page.split('formaction="')[1:] if "/files/" in one][1:]
    left = await post(office, off, fields(page))
    assert "plan.txt" in left.text and "other.txt" not in left.text
    assert (await post(office, f"/tickets/{ticket}/reply", fields(left.text))).status_code == 303
    said = (await office.get(f"/tickets/{ticket}"))["messages"][-1]
    assert [(one["filename"], one["size_bytes"]) for one in said["attachments"]] == [("plan.txt", 2)]


async def test_too_many_files_are_refused_and_the_text_is_kept(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket) | {"body": "Many."}
    files = [("files", (f"{n}.txt", b"x", "text/plain")) for n in range(21)]
    refused = await office.bob.post(
        f"/tickets/{ticket}/draft", data=begun, files=files, headers={"accept": "text/html"}
    )
    assert refused.status_code == 422 and "at most 20 files" in refused.text
    assert fields(refused.text)["body"] == "Many."


async def test_a_preview_says_what_will_be_sent(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1"))
    begun = await form(office, ticket) | {"body": "*Soon* <script>x</script>"}
    shown = (await post(office, f"/tickets/{ticket}/draft/preview", begun)).text
    assert "&lt;em&gt;Soon&lt;/em&gt;" in shown and "support@acme.example" in shown and "sandbox" in shown
    assert "<script>x" not in shown and "+44 20 7946 0000" in shown and "This is the text of 1." in shown


def test_text_and_html_say_the_same() -> None:
    made = compose("Dear **Anna**,\nnow.", "Acme\n<Support>", SAID, LONDON)
    head = (
        "On 2 Jul 2026 at 09:05 Anna wrote:" if "2 Jul" in made.text else "On Jul 2, 2026 at 9:05\u202fAM Anna wrote:"
    )
    assert made.text == f"Dear **Anna**,\nnow.\n\n-- \nAcme\n<Support>\n\n{head}\n> It is cold.\n>\n> Very."
    assert made.quote_start is not None and made.text[made.quote_start :].startswith("On ")
    for part in ("<strong>Anna</strong>", "&lt;Support&gt;", "<blockquote>", "It is cold."):
        assert part in made.html
    assert own_words(made.text, made.quote_start) == "Dear **Anna**,\nnow."


def test_history_is_introduced_in_the_language_of_the_mail() -> None:
    german = History("Jörg", SAID.at, "Kalt.", "german")
    assert "Am 02.07.2026 um 09:05 schrieb Jörg:" in compose("Ja.", "", german, LONDON).text
    alone = compose("Yes.", " ", History("A", SAID.at, " \n", "english"), LONDON)
    assert (alone.text, alone.quote_start) == ("Yes.", None)
    assert compose("Yes.", "", None, LONDON).text == "Yes."


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("plan.pdf", "plan.pdf"),
        ("C:\\temp\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\nX: y", "ab X: y"),
        ("/", "file"),
        ("x" * 300, "x" * 255),
    ],
)
def test_names_of_files_are_names_only(told: str, name: str) -> None:
    assert file_name(told) == name


def test_media_types_have_their_form() -> None:
    assert media_type("Text/CSV; charset=utf-8") == "text/csv"
    assert media_type("text/html\r\nX: y") == media_type("") == media_type("nonsense") == "application/octet-stream"


def test_small_decisions() -> None:
    assert split_addresses("a@x.example; Ben <b@x.example>,\n c@x.example ,") == (
        "a@x.example",
        "b@x.example",
        "c@x.example",
    )
    assert without(["a@x", "a@x", "us@y", "ticket+1@z"], {"us@y"}) == ["a@x"]
    assert (answering("AW: Re: Cold"), answering(None)) == ("Re: Cold", "")
    assert (added("", "More"), added("Some\n", "More")) == ("More", "Some\n\nMore")
