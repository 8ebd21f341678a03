import pytest

from tests.ticketing.reading.letters import letter, text_of
from waypost.ticketing.intake.mime import read_mail
from waypost.ticketing.intake.reading.charsets import decode

_GERMAN = "Die Heizung im Büro wird nicht mehr wärmer. Könnten Sie bitte prüfen, was da los ist?"
_RUSSIAN = "Добрый день, отопление не работает, пожалуйста, приезжайте."


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        ("utf-8", "utf-8", _GERMAN),
        ("UTF8", "utf-8", _GERMAN),
        ("iso-8859-1", "cp1252", "Preis: 20 € – „sofort“"),
        ("iso-8859-15", "iso8859_15", "20 €"),
        ("windows-1251", "cp1251", _RUSSIAN),
        ("koi8-r", "koi8-r", _RUSSIAN),
        ("gb2312", "gb18030", "暖气㐀坏了"),
        ("ks_c_5601-1987", "cp949", "똠방각하 안녕하세요"),
        ("iso-8859-8-i", "iso8859_8", "שלום עולם"),
        ("iso-2022-jp", "iso2022_jp", "暖房が壊れました"),
        ("x-sjis", "cp932", "①暖房"),
        ("big5", "big5hkscs", "暖氣壞了"),
        ("unicode-1-1-utf-7", "utf_7", _GERMAN),
        ("utf-16", "utf_16_be", _GERMAN),
        ("utf-16", "utf_16", _GERMAN),
        ("x-mac-roman", "mac_roman", _GERMAN),
        ("cp-850", "cp850", _GERMAN),
        ("'utf-8'", "utf-8", _GERMAN),
    ],
)
def test_reads_what_is_declared_under_any_name(declared: str, codec: str, text: str) -> None:
    notes: list[str] = []
    assert decode(text.encode(codec), declared, notes) == text
    assert notes == []


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        (None, "utf-8", _GERMAN),
        (None, "cp1252", _GERMAN),
        (None, "cp1251", _RUSSIAN),
        (None, "gb18030", "您好，我们公司的暖气坏了，请尽快派人来修理，谢谢。"),
        (None, "iso2022_jp", "暖房が壊れました"),
        (None, "utf_16_le", _GERMAN),
        ("no-such-charset", "utf-8", _GERMAN),
        ("us-ascii", "utf-8", _GERMAN),
        ("utf-8", "cp1252", _GERMAN),
        ("iso-8859-1", "utf-8", _GERMAN),
    ],
)
def test_finds_out_what_is_missing_unknown_or_untrue_and_says_so(declared: str | None, codec: str, text: str) -> None:
    notes: list[str] = []
    assert decode(text.encode(codec), declared, notes) == text
    assert notes


def test_a_few_bad_bytes_do_not_spoil_a_utf_8_text() -> None:
    notes: list[str] = []
    assert decode(_GERMAN.encode() + b"\xff!", "utf-8", notes) == _GERMAN + "\ufffd!"
    assert "characters lost, read as utf-8" in notes


@pytest.mark.parametrize(
    "declared", ["idna", "rot13", "hex", "unicode_escape", "a\0b", "undefined", "../x", "mbcs", ""]
)
def test_names_that_are_no_charsets_never_raise(declared: str) -> None:
    assert decode("schön".encode(), declared, []) == "schön"


def test_bytes_of_no_charset_are_never_nothing() -> None:
    assert decode(bytes(range(128, 256)), "utf-8", [])


def test_html_may_declare_its_charset_itself() -> None:
    html = b'<meta charset="koi8-r"><p>' + _RUSSIAN.encode("koi8-r")
    assert text_of(letter(html, content_type="text/html")) == _RUSSIAN


def test_nul_and_lone_surrogates_never_come_out() -> None:
    raw = letter(b"a\0b +2AA- c", content_type="text/plain; charset=utf-7")
    assert text_of(raw) == "ab \ufffd c"
    assert read_mail(letter(b"x", subject="=?utf-7?Q?a+2AA-?=")).subject == "a\ufffd"
