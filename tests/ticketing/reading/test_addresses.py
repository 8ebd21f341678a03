import pytest

from tests.ticketing.reading.letters import letter
from waypost.ticketing.intake.mime import Limits, read_mail


@pytest.mark.parametrize(
    ("written", "email", "name"),
    [
        ("Ann Lee <Ann@Lee.example>", "ann@lee.example", "Ann Lee"),
        ('"Lee, Ann" <ann@lee.example>', "ann@lee.example", "Lee, Ann"),
        (r'"Ann \"Fix\" Lee" <ann@lee.example>', "ann@lee.example", 'Ann "Fix" Lee'),
        ("ann@lee.example (Ann Lee)", "ann@lee.example", "Ann Lee"),
        ("=?utf-8?Q?J=C3=B6rg=2C_Koch?= <j@koch.example>", "j@koch.example", "Jörg, Koch"),
        ('"=?utf-8?Q?J=C3=B6rg?=" <j@koch.example>', "j@koch.example", "Jörg"),
        ("=?utf-8?Q?J=C3=B6rg_=3Cj=40koch.example=3E?=", "j@koch.example", "Jörg"),
        ("<ann@lee.example>", "ann@lee.example", None),
        ("Ann <ann@lee.example", "ann@lee.example", "Ann"),
        ("Ann Lee ann@lee.example", "ann@lee.example", "Ann Lee"),
        ('"support@acme.example" <evil@other.example>', "evil@other.example", "support@acme.example"),
        ('"ann lee"@lee.example', '"ann lee"@lee.example', None),
        ("mailto:ann@lee.example", "ann@lee.example", None),
        ("<@relay.example:ann@lee.example>", "ann@lee.example", None),
        ("ann@[192.0.2.1]", "ann@[192.0.2.1]", None),
        ("ann@[192.0.2.1", "ann@[192.0.2.1", None),
        ("Staff: ann@lee.example;", "ann@lee.example", None),
        ("müller@bücher.example", "müller@bücher.example", None),
        ("ann@lee\u200b.example", "ann@lee.example", None),
        ("Ann\u202e Lee <ann@lee.example>", "ann@lee.example", "Ann Lee"),
        ("'Ann Lee' <ann@lee.example>", "ann@lee.example", "Ann Lee"),
        ("nobody, ann@lee.example", "ann@lee.example", None),
        ('"', None, None),
        ("<>", None, None),
        ("@", None, None),
        ("Ann Lee", None, None),
        ("a@b@c.example", None, None),
        ("x" * 400 + "@lee.example", None, None),
    ],
)
def test_reads_senders(written: str, email: str | None, name: str | None) -> None:
    mail = read_mail(letter(From=written))
    assert (mail.from_email, mail.from_name) == (email, name)


def test_the_sender_header_stands_in_for_a_missing_from() -> None:
    assert read_mail(letter(From=None, sender="bob@lee.example")).from_email == "bob@lee.example"
    assert "no sender could be read" in read_mail(letter(From=None)).decode_notes


def test_lists_are_lower_case_and_name_everyone_once() -> None:
    mail = read_mail(
        letter(to='A <a@x.example>; "B, b" <B@x.example>, a@X.example, bad', cc="g: c@x.example, d@x.example;")
    )
    assert mail.to == ("a@x.example", "b@x.example")
    assert mail.cc == ("c@x.example", "d@x.example")


@pytest.mark.parametrize("broken", ['"', "undisclosed-recipients:;", "(((", "<<<>>>", "a@[", ",,,;", "\\", '"' * 999])
def test_what_is_no_address_is_left_out(broken: str) -> None:
    mail = read_mail(letter(reply_to=broken, to=broken))
    assert (mail.to, mail.reply_to) == ((), ())
    assert mail.headers["To"] == [broken]


def test_a_long_list_is_shortened_and_says_so() -> None:
    everyone = ", ".join(f"p{n}@x.example" for n in range(50))
    mail = read_mail(letter(to=everyone), Limits(addresses=10))
    assert len(mail.to) == 10
    assert "an address list was shortened" in mail.decode_notes
