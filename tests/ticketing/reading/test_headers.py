import pytest

from tests.ticketing.reading.letters import letter, raw_header, text_of
from waypost.ticketing.intake.mime import Limits, Unreadable, read_mail


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"),  # broken inside a character
        ("=?iso-8859-1?Q?K=FChl?= =?iso-8859-1?Q?schrank?=", "Kühlschrank"),
        ("=?utf-8?Q?What?=", "What"),
        ("=?utf-8?Q?Is it on??=", "Is it on?"),
        ("=?gb2312?B?xOO6w6OsyP3Cpb+10tc=?=", "你好，三楼康易"),
        ("=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは"),
        ("=?utf-8*de?Q?gr=C3=BCn?=", "grün"),
        ("=?unknown-8bit?Q?plain?=", "plain"),
        ("before =?utf-8?Q?=E2=82=AC?= after", "before € after"),
        ("=?utf-8?B?****?=", "****"),
        ("folded\r\n over lines", "folded over lines"),
        ("tab\there", "tab here"),
        ("", None),
    ],
)
def test_reads_subjects_as_people_meant_them(written: str, read: str | None) -> None:
    assert read_mail(letter(subject=written)).subject == read


@pytest.mark.parametrize(
    ("octets", "read"),
    [
        ("Heizung fällt aus".encode(), "Heizung fällt aus"),
        ("Réparation chauffage près de l'entrée".encode("latin-1"), "Réparation chauffage près de l'entrée"),
        ("こんにちは".encode("iso2022_jp"), "こんにちは"),
        (b"nul\0 and \x07bell", "nul and bell"),
    ],
)
def test_reads_subjects_that_break_the_rules(octets: bytes, read: str) -> None:
    assert read_mail(raw_header(b"Subject: " + octets)).subject == read


def test_finds_headers_in_any_letter_case_and_keeps_their_spelling() -> None:
    mail = read_mail(raw_header(b"x-oss-TICKET-id: abc\r\nX-Thing: one\r\nX-Thing: =?utf-8?Q?tw=C3=B6?="))
    assert mail.oss_markers.ticket_ids == ("abc",)
    assert mail.headers["x-oss-TICKET-id"] == ["abc"]
    assert mail.headers["X-Thing"] == ["one", "twö"]


def test_the_first_of_repeated_headers_counts() -> None:
    assert read_mail(raw_header(b"Subject: first")).subject == "first"


def test_skips_lines_that_are_no_header() -> None:
    mail = read_mail(raw_header(b"From ann Mon Mar  2 10:00:00 2026\r\nnonsense without colon\r\nSubject: found"))
    assert (mail.subject, mail.from_email) == ("found", "ann@lee.example")


def test_a_lost_blank_line_does_not_lose_the_text() -> None:
    raw = b"From: ann@lee.example\nSubject: Cold\nDear team,\nit is cold.\n\nAnn\n"
    mail = read_mail(raw)
    assert mail.body_text == "Dear team,\nit is cold.\n\nAnn"
    assert "no blank line between headers and text" in mail.decode_notes


@pytest.mark.parametrize("ending", [b"\r\n", b"\n", b"\r"])
def test_understands_all_line_ends(ending: bytes) -> None:
    raw = letter(b"one\r\ntwo").replace(b"\r\n", ending)
    assert text_of(raw) == "one\ntwo"
    assert read_mail(raw).subject == "Cold radiator"


def test_understands_files_saved_as_utf_16_and_with_a_byte_order_mark() -> None:
    text = letter("Grüße".encode()).decode()
    assert text_of(text.encode("utf-16")) == "Grüße"
    assert text_of(text.encode("utf-8-sig")) == "Grüße"


def test_refuses_a_header_block_above_its_limit() -> None:
    with pytest.raises(Unreadable) as refused:
        read_mail(letter(x_long="x" * 2_000), Limits(header_bytes=1_000))
    assert refused.value.limit == "header_bytes"


def test_refuses_more_lines_than_its_limit() -> None:
    with pytest.raises(Unreadable) as refused:
        read_mail(raw_header(b"\r\n".join([b"X: y"] * 60)), Limits(line_limit=50))
    assert refused.value.limit == "line_limit"


def test_shows_a_bounded_number_of_bounded_headers() -> None:
    limits = Limits(header_count=3, header_chars=10)
    mail = read_mail(raw_header(b"\r\n".join([b"X-Many: " + b"y" * 30] * 9)), limits)
    assert mail.headers == {"X-Many": ["y" * 10] * 3}
    assert mail.subject == "Cold radiator"
