"""RFC 2047 encoded words as they are really sent: split, unclosed, misplaced, lying."""

from base64 import b64encode

from tests.wire.torture.case import Case, Holds
from tests.wire.torture.raw import mail

GREETING = "Grüße aus Zürich"


def _word(octets: bytes, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{b64encode(octets).decode()}?="


def _split_inside(text: str, at: int) -> str:
    """Two encoded words, cut after octet `at`, which is the middle of a character."""
    octets = text.encode()
    return f"{_word(octets[:at])}\r\n {_word(octets[at:])}"


def _subject(name: str, subject: str | bytes, read: str | None = None, why: str = "") -> Case:
    holds: Holds = {"text_has": ["hall"]}
    if read is not None:
        holds["subject"] = read
    return Case(f"words/{name}", [mail(subject=subject)], holds=holds, rows=(why,) if why else ())


CASES = (
    _subject("utf-8-q", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_Z=C3=BCrich?=", GREETING),
    _subject("latin-1-lower-case", "=?ISO-8859-1?q?Gr=fc=dfe_aus_Z=fcrich?=", GREETING),
    _subject("split-inside-a-character", _split_inside(GREETING, 3), GREETING),
    _subject("two-charsets", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_?= =?iso-8859-1?Q?aus_Z=FCrich?=", GREETING),
    _subject(
        "space-between-words-is-dropped",
        "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?Q?_aus_Z=C3=BCrich?=",
        GREETING,
    ),
    _subject("with-language", "=?utf-8*de?Q?Gr=C3=BC=C3=9Fe_aus_Z=C3=BCrich?="),
    _subject("without-space-between", "=?utf-8?Q?Gr=C3=BC=C3=9Fe?==?utf-8?Q?_aus?="),
    _subject("inside-quotes", '"=?utf-8?Q?Gr=C3=BC=C3=9Fe?="'),
    _subject("spaces-inside", "=?utf-8?Q?Gr=C3=BC=C3=9Fe aus Z=C3=BCrich?="),
    _subject("never-closed", "=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus"),
    _subject("closed-at-the-wrong-place", "=?utf-8?Q?Gr=C3=B?= =?utf-8?Q?C=C3=9Fe?="),
    _subject("empty-charset", "=??Q?Radiator?="),
    _subject("empty-text", "=?utf-8?Q??= Radiator"),
    _subject("unknown-encoding", "=?utf-8?X?Radiator?="),
    _subject("unknown-charset", "=?x-martian?Q?Radiator_cold?=", why="unknown-charset"),
    _subject("charset-lies", "=?us-ascii?Q?Gr=FC=DFe?="),
    _subject("charset-lies-utf-8", "=?utf-8?Q?Gr=FC=DFe_aus_Z=FCrich?="),
    _subject("base64-without-padding", "=?utf-8?B?" + b64encode(GREETING.encode()).decode().rstrip("=") + "?="),
    _subject("base64-with-garbage", "=?utf-8?B?!!R3LDvMOf~~ZQ?="),
    _subject("base64-one-character", "=?utf-8?B?R?="),
    _subject("hides-a-line-break", "=?utf-8?Q?Radiator=0D=0ABcc:_thief@else.example?="),
    _subject("hides-a-nul", "=?utf-8?Q?Radi=00ator?="),
    _subject("hides-a-lone-surrogate", _word(b"Radi\xed\xa0\x80ator")),
    _subject("hides-another-word", "=?utf-8?Q?=3D=3Futf-8=3FQ=3FRadiator=3F=3D?="),
    _subject("utf-16", _word("Heizung".encode("utf-16"), "utf-16")),
    _subject("utf-7", "=?utf-7?Q?Gr+APwA3w-e?="),
    _subject(
        "iso-2022-jp",
        _word("給湯器の故障".encode("iso-2022-jp"), "ISO-2022-JP"),
        "給湯器の故障",
    ),
    _subject(
        "koi8-r",
        _word("Бойлер".encode("koi8-r"), "koi8-r"),
        "Бойлер",
    ),
    _subject(
        "gb2312-that-is-gb18030",
        _word("镭热水器".encode("gb18030"), "gb2312"),
        "镭热水器",
    ),
    _subject("raw-utf-8", GREETING, GREETING),
    _subject("raw-latin-1", GREETING.encode("latin-1")),
    _subject("fifty-thousand-words", " ".join(["=?utf-8?Q?a?="] * 50_000)),
    _subject("bidi-override", "Invoice \u202egpj.exe", None),
    _subject("zero-width", "Ra\u200bdi\u200cator\ufeff stays cold"),
    _subject("emoji-with-joiners", "Plumber \U0001f469\u200d\U0001f527 came \U0001f1e9\U0001f1ea"),
    _subject("combining-marks-without-end", "Z" + "\u0334\u0321\u0338" * 400),
    Case(
        "words/name-in-quotes",
        [mail(from_='"=?utf-8?Q?J=C3=B6rg?=" <joerg@fjord.example>')],
        holds={"sender": "joerg@fjord.example"},
    ),
    Case(
        "words/name-with-comma",
        [mail(from_="=?utf-8?Q?M=C3=BCller=2C_J=C3=B6rg?= <joerg@fjord.example>")],
        holds={"sender": "joerg@fjord.example"},
    ),
    Case(
        "words/name-with-at-sign",
        [mail(from_="=?utf-8?Q?boss=40bank.example?= <joerg@fjord.example>")],
        holds={"sender": "joerg@fjord.example"},
    ),
    Case("words/whole-address", [mail(from_="=?utf-8?Q?joerg=40fjord.example?=")], holds={"text_has": ["hall"]}),
    Case(
        "words/name-with-angle-brackets",
        [mail(from_="=?utf-8?Q?=3Cboss=40bank.example=3E?= <joerg@fjord.example>")],
        holds={"sender": "joerg@fjord.example"},
    ),
    Case(
        "words/raw-latin-1-name",
        [mail(from_="Jörg <joerg@fjord.example>".encode("latin-1"))],
        holds={"sender": "joerg@fjord.example"},
    ),
)
