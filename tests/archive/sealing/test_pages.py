"""What stands on the pages, in each template, read by a reader that is not ours."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest

from tests.archive.sealing.cases import AT, article, case, drawing, embedded, kept, pages, summed, words
from waypost.archive.sealing.articles import Desk, article_data
from waypost.archive.sealing.canonical import snapshot_bytes
from waypost.archive.sealing.composing import MOST_ROWS, volume_data
from waypost.archive.sealing.enclosing import Enclosure
from waypost.archive.sealing.gallery import Gallery
from waypost.archive.sealing.look import Look, template_version
from waypost.archive.sealing.preview import sample
from waypost.archive.sealing.printing import print_directly
from waypost.archive.sealing.runs import said
from waypost.archive.sealing.snapshot import Event, File, Party
from waypost.archive.sealing.volumes import MOST_BODY, ranges
from waypost.archive.sealing.words import Words

ENGLISH = Look(locale="en_GB")
RAW = b"From: anna@example.com\r\nSubject: Heating\r\n\r\nIt is cold."


@pytest.fixture(scope="module")
def sampled() -> bytes:
    """The sample in English."""
    return print_directly(sample(), ENGLISH)[0]


def test_the_cover_says_what_is_known_of_the_case() -> None:
    whole = case(article("<p>Hello</p>"), article("", "Note", id="72", internal=True))
    about = replace(
        whole.subject,
        state="closed",
        priority="2 normal",
        group="Support",
        organisation="Acme",
        owner=Party(login="bob"),
        tags=("pdf:sign", "heating"),
        closed_at=AT + timedelta(days=1),
        custom_fields={
            "archive_path": ["Customers", "Müller"],
            "archive_user_mode": "owner",
            "contract": 7,
            "no": None,
        },
    )
    said = "\n".join(pages(print_directly(replace(whole, subject=about), ENGLISH)[0]))
    for line in (
        "Ticket 4711 – Heizung fällt aus",
        "Created 2026-01-05 09:30",
        "Closed 2026-01-06 09:30",
        "Customer Anna Müller <anna@example.com> (anna)",
        "Owner (bob)",
        "Organisation Acme",
        "Group Support",
        "State closed",
        "Priority 2 normal",
        "Tags pdf:sign, heating",
        "Articles 2 of 2 articles",
        "Time zone Europe/Berlin (all times)",
        "Archive path Customers > Müller",
        "Archive user mode owner",
        "contract 7",
    ):
        assert re.search(r"\s+".join(map(re.escape, line.split())), said), line


def test_an_article_says_who_when_and_how(sampled: bytes) -> None:
    said = words(sampled)
    for text in (
        "Article1·Heatingfails",
        "2026-01-0509:30",
        "AnnaMüller<anna@example.com>",
        "External",
        "Internal",
        "To:support@example.com",
        "Channel:email",
        "Writtenby:customer",
        "Technicianisontheway.",
    ):
        assert text in said


def test_failed_files_and_omissions_are_named(sampled: bytes) -> None:
    said = words(sampled)
    assert "failed:couldnotbefetched(theserveranswered500)" in said
    assert "Missing:Asample." in said
    assert "closedBob" in said


def test_every_page_has_its_number_and_the_case(sampled: bytes) -> None:
    found = pages(sampled)
    for place, page in enumerate(found, 1):
        assert f"Page {place} of {len(found)}" in page
        assert page.count("Ticket 4711") >= 1 and "Ticket 4711 · Waypost" in page


def test_an_empty_article_and_a_case_without_any() -> None:
    assert "Article1·Heating2026-01-0509:30Anna<anna@example.com>External–" in words(
        print_directly(case(article("", "")), ENGLISH)[0]
    )
    assert "Thiscasehasnoarticles." in words(print_directly(case(), ENGLISH)[0])


def test_labels_zone_and_language_follow_the_look() -> None:
    german = print_directly(sample(), Look(zone="America/New_York"))[0]
    assert "Seite1von" in words(german)
    assert "America/New_York(alleZeiten)" in words(german)
    assert "2026-01-0503:30" in words(german)
    assert _language(german) == "de-DE"
    assert _language(print_directly(sample(), Look(locale="en"))[0]) == "en"


@pytest.mark.parametrize(("template", "has_cover"), [("default", True), ("compact", False), ("minimal", False)])
def test_templates_differ_in_what_they_show(template: str, has_cover: bool) -> None:
    said = words(print_directly(sample(), replace(ENGLISH, template=template))[0])
    assert ("Timezone" in said) is has_cover
    assert ("Whatbecameofit" in said) is has_cover
    assert "Technicianisontheway." in said
    assert "Proofsheet" in said


def test_the_outline_leads_to_every_article(sampled: bytes) -> None:
    with pikepdf.open(io.BytesIO(sampled)) as document, document.open_outline() as outline:
        inside = [one.title for root in outline.root for one in root.children]
    assert inside[:2] == ["Article 1 · Heating fails", "Article 2"]


def test_the_document_holds_what_it_was_made_of() -> None:
    picture = drawing()
    files = (kept(picture, content_id="a@b", role="inline"), kept(RAW, "m.eml", "message/rfc822", role="raw"))
    whole = case(article('<p>See <img src="cid:a@b"></p>', files=files))
    pdf, _ = print_directly(whole, ENGLISH, {summed(picture): picture, summed(RAW): RAW})
    inside = embedded(pdf)
    assert inside == {"snapshot.json": snapshot_bytes(whole), "71_9_plan.png": picture, "71_9_m.eml": RAW}
    said = words(pdf)
    for content in inside.values():
        assert summed(content) in said
    assert template_version(ENGLISH) in said
    assert "showninthetext·embeddedas71_9_plan.png" in said
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.attachments["71_9_m.eml"].relationship == pikepdf.Name.Source


def test_pictures_are_shown_with_a_name_or_the_reason_is_printed() -> None:
    picture = drawing("JPEG", (300, 200))
    here, gone = kept(picture, "p.jpg", "image/jpeg", content_id="<a%40b>"), File("71", "4", "x.png", "image/png", 5)
    svg = kept(b"<svg/>", "s.svg", "image/svg+xml", attachment_id="5", content_id="s")
    address = "https://desk.example/api/v1/ticket_attachment/1/71/6"
    linked = kept(picture, "q.jpg", "image/jpeg", attachment_id="6", content_id=address)
    html = (
        '<img src="cid:a%40b"><img src="/api/v1/ticket_attachment/1/71/6" alt="Boiler"><img src="cid:s">'
        '<img src="cid:x"><img src="https://ads.example/pixel" width="1"><img src="https://x.example/l.png" alt="Logo">'
        '<img src="data:image/png;base64,AAAA" alt="Data">'
    )
    whole = case(article(html, files=(here, replace(gone, content_id="x"), svg, linked)))
    pdf, printed = print_directly(whole, ENGLISH, {summed(picture): picture, summed(b"<svg/>"): b"<svg/>"})
    said = words(pdf)
    assert "[s.svg:picturenotshown,itsformatcannotbeshown]" in said
    assert "[x.png:picturenotshown,itwasnotkept]" in said
    assert "[Logo:picturenotshown,itiselsewhere(https://x.example/l.png)]" in said
    assert "[Data:picturenotshown,itsformatcannotbeshown]" in said
    assert "Pictures that are not shown: 5." in printed.notes
    assert _alternatives(pdf) == ["p.jpg", "Boiler"]


def test_files_whose_bytes_are_gone_or_too_large_are_listed_as_such() -> None:
    small, large = b"a" * 10, b"b" * 50
    files = (
        kept(small, "small.txt", "text/plain"),
        kept(large, "large.txt", "text/plain"),
        kept(b"lost", "lost.txt", "text/plain"),
        File("71", "8", "huge.bin", "x/y", 10**9, None, "too_large"),
    )
    look = replace(ENGLISH, max_file_bytes=20)
    pdf, printed = print_directly(
        case(article("", "x", files=files)), look, {summed(small): small, summed(large): large}
    )
    assert set(embedded(pdf)) == {"snapshot.json", "71_9_small.txt"}
    said = words(pdf)
    assert "notembedded:beyondthelimitforembeddedfiles" in said
    assert "failed:itsbyteswerenotfoundwhenthepagesweremade" in said
    assert "notkept:toolarge" in said
    assert "Files that are not embedded because of the limits: 1." in printed.notes


def test_a_body_too_long_for_print_is_cut_and_that_is_said(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    printed = article_data(desk, article("<p>x</p>", "a" * (MOST_BODY + 5)), 3)
    assert len("".join(said(printed["body"])).replace("\u200b", "")) == MOST_BODY
    assert desk.notes == [
        f"The text of article 3 is printed up to its character {MOST_BODY}; the data embedded in this"
        " document hold all of it."
    ]


def test_pages_that_the_engine_refuses_are_made_without_formatting(tmp_path: Path) -> None:
    """A template of one's own that cannot take a table, as it would be with a fault of the engine."""
    own = tmp_path / "fussy"
    own.mkdir()
    own.joinpath("template.typ").write_text(
        '#import "/parts.typ": articles, warnings\n#let pages(case) = {\n'
        '  for a in case.articles { for b in a.body { if type(b) != str and b.k == "t" { panic("no tables") } } }\n'
        "  heading(level: 1, case.cover.title)\n  warnings(case)\n  articles(case)\n}\n"
    )
    html = "<table><tr><th>A<th>B<tr><td>1<td>2</table>"
    look = Look(template="fussy", templates_root=tmp_path, locale="en_GB")
    pdf, printed = print_directly(case(article(html, "A B 1 2")), look)
    assert "no tables" in printed.notes[0]
    assert "AB12" in words(pdf)


def test_tables_end_where_memory_would(tmp_path: Path) -> None:
    events = tuple(Event(AT, f"event {place}", "Bob") for place in range(MOST_ROWS + 1))
    whole, desk = case(article("", "x"), events=events), _desk(tmp_path)
    made = volume_data(whole, ranges(whole, ENGLISH)[0], desk)
    assert len(made["events"]) == MOST_ROWS
    assert made["cover"]["warnings"][0].startswith(f"Lists of attachments and history end after {MOST_ROWS} rows")


def test_more_notes_than_a_cover_holds_are_counted(tmp_path: Path) -> None:
    whole, desk = case(omissions=tuple(f"thing {place}" for place in range(100))), _desk(tmp_path)
    told = volume_data(whole, ranges(whole, ENGLISH)[0], desk)["cover"]["warnings"]
    assert told[-1] == "Further notes: 60."
    assert len(desk.notes) == 100


def _desk(folder: Path) -> Desk:
    words = Words("en")
    return Desk(ENGLISH, words, Gallery(folder, words), Enclosure(frozenset(), {}))


def _language(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return str(document.Root.Lang)


def _alternatives(pdf: bytes) -> list[str]:
    """The texts that stand for pictures, from the structure tree."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [str(one.Alt) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
