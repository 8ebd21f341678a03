from datetime import UTC, datetime

import pytest

from tests.ticketing.reading.letters import letter
from waypost.ticketing.intake.mime import read_mail


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<a@x.example>", "<a@x.example>"),
        ("  a@x.example ", "<a@x.example>"),
        ("no-at-sign", "<no-at-sign>"),
        ("<a@\r\n x.example>", "<a@x.example>"),
        ("<a@x.example> trailing <b@x.example>", "<a@x.example>"),
        ("<@>", None),
        ("<>", None),
        ("", None),
        ("<a@x.example", "<a@x.example>"),
    ],
)
def test_reads_message_ids(written: str, read: str | None) -> None:
    assert read_mail(letter(message_id=written)).rfc_message_id == read


def test_an_overlong_message_id_is_replaced_by_its_digest() -> None:
    first, again, other = (
        read_mail(letter(message_id=f"<{c}@x.example>")).rfc_message_id for c in ("a" * 999, "a" * 999, "b" * 999)
    )
    assert first == again != other
    assert first is not None and len(first) < 100


def test_references_keep_their_order_and_name_each_once() -> None:
    mail = read_mail(letter(references="<a@x><b@x>\r\n <a@x> junk <c@x>", in_reply_to='Your message of "Monday" <c@x>'))
    assert mail.references == ("<a@x>", "<b@x>", "<c@x>")
    assert mail.in_reply_to == ("<c@x>",)


def test_long_references_keep_the_first_and_the_newest_hundred() -> None:
    mail = read_mail(letter(references=" ".join(f"<{n}@x>" for n in range(150))))
    assert mail.references == ("<0@x>", *(f"<{n}@x>" for n in range(50, 150)))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 02 Mar 2026 10:00:00 +0100", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        ("2 Mar 2026 10:00:00", datetime(2026, 3, 2, 10, 0, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 10:00:00 -0000", datetime(2026, 3, 2, 10, 0, tzinfo=UTC)),
        ("Mon, 02 Mar 26 10:00:00 GMT (noon)", datetime(2026, 3, 2, 10, 0, tzinfo=UTC)),
        ("2026-03-02T10:00:00+01:00", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Mon, 01 Jan 1900 00:00:00 +1200", None),
        ("Mon, 32 Mar 2026 10:00:00 +0100", None),
        ("Mon, 02 Mar 2026 10:00:00 +9999999", None),
        ("yesterday", None),
        (",", None),
        ("", None),
    ],
)
def test_reads_dates_as_moments(written: str, read: datetime | None) -> None:
    assert read_mail(letter(date=written)).date_header == read


@pytest.mark.parametrize(
    ("subject", "bare", "forward"),
    [
        ("Cold radiator", "Cold radiator", False),
        ("Re: Cold radiator", "Cold radiator", False),
        ("RE: Re: AW:  Antwort: Cold  radiator", "Cold radiator", False),
        ("Re[2]: Cold", "Cold", False),
        ("AW (3): Cold", "Cold", False),
        ("Re^2: Cold", "Cold", False),
        ("RE : Froid", "Froid", False),
        ("回复：暖气", "暖气", False),
        ("返信: 暖房", "暖房", False),
        ("רד", "רד", False),
        ("Odp: Zimno", "Zimno", False),
        ("SV: VS: Koldt", "Koldt", False),
        ("Fwd: Cold", "Cold", True),
        ("WG: AW: Kalt", "Kalt", True),
        ("TR: Froid", "Froid", True),
        ("RV: Frío", "Frío", True),
        ("转发: 暖气", "暖气", True),
        ("Re: Fwd: Cold", "Cold", False),
        ("[Fwd: Cold]", "Cold", True),
        ("[EXTERNAL] Re: Cold", "Cold", False),
        ("Rest: Cold", "Rest: Cold", False),
        ("Reminder: Cold", "Reminder: Cold", False),
        ("Re:", "", False),
        ("Invoice 17: Re: paid", "Invoice 17: Re: paid", False),
    ],
)
def test_subjects_lose_what_programs_put_before_them(subject: str, bare: str, forward: bool) -> None:
    mail = read_mail(letter(subject=subject))
    assert (mail.subject_norm, mail.is_forward) == (bare, forward)


def test_a_forward_without_prefix_is_known_by_what_it_carries() -> None:
    below = b"See below.\n\n---------- Forwarded message ---------\nFrom: Bo <bo@x.example>\nSubject: Cold\n\nhi"
    assert read_mail(letter(below)).is_forward
    assert not read_mail(letter(below, subject="Re: Cold")).is_forward
    assert not read_mail(letter(b"I asked about a forwarded message: where is it?")).is_forward
