"""Bodies in every charset, and bodies whose charset is unknown, absent or a lie."""

from tests.wire.torture.case import Case, Holds
from tests.wire.torture.raw import envelope, part

GERMAN = "Die Heizkörper im Flur werden nicht heiß, auch nach dem Entlüften nicht."
EURO = "La réparation coûte 120 €, c’est noté."
POLISH = "Grzejnik w przedpokoju jest wciąż zimny, proszę o szybką wizytę."
RUSSIAN = "Бойлер не греет воду, приезжайте завтра."
JAPANESE = "給湯器から水が漏れています。明日来てください。"
CHINESE = "热水器漏水，请明天派人来修。镞先生"
KOREAN = "보일러가 작동하지 않습니다."
GREEK = "Ο λέβητας δεν λειτουργεί."
HEBREW = "הדוד לא מחמם את המים."
ARABIC = "السخان لا يعمل منذ أمس."
TURKISH = "Kombi çalışmıyor, mağazaya uğrar mısınız?"
THAI = "เครื่องทำน้ำอุ่นเสีย"


def _body(
    name: str,
    text: str,
    written: str,
    declared: str | None = None,
    *,
    exact: bool = True,
    encoding: str = "8bit",
    kind: str = "text/plain",
    why: str = "",
) -> Case:
    """`text` written in one charset and declared as another (default: the same; empty: not declared)."""
    declared = written if declared is None else declared
    content = part(text.encode(written), f"{kind}; charset={declared}" if declared else kind, encoding)
    holds: Holds = {"text_has": [text]} if exact else {}
    return Case(f"charsets/{name}", [envelope(content)], holds=holds, rows=(why,) if why else ())


def _octets(name: str, octets: bytes, declared: str, has: str = "") -> Case:
    content = part(octets, f"text/plain; charset={declared}" if declared else "text/plain", "8bit")
    holds: Holds = {"text_has": [has]} if has else {}
    return Case(f"charsets/{name}", [envelope(content)], holds=holds)


HONEST = (
    _body("utf-8", GERMAN, "utf-8"),
    _body("iso-8859-1", GERMAN, "iso-8859-1", encoding="quoted-printable"),
    _body("iso-8859-15", "Das kostet 80 €.", "iso-8859-15"),
    _body("windows-1252", EURO, "windows-1252", encoding="quoted-printable"),
    _body("iso-8859-2", POLISH, "iso-8859-2"),
    _body("windows-1250", POLISH, "windows-1250"),
    _body("koi8-r", RUSSIAN, "koi8-r"),
    _body("windows-1251", RUSSIAN, "windows-1251", encoding="base64"),
    _body("iso-8859-5", RUSSIAN, "iso-8859-5"),
    _body("iso-2022-jp", JAPANESE, "iso-2022-jp", encoding="7bit"),
    _body("shift-jis", JAPANESE, "shift_jis"),
    _body("euc-jp", JAPANESE, "euc-jp"),
    _body("gb18030", CHINESE, "gb18030", encoding="base64"),
    _body("big5", "熱水器漏水", "big5"),
    _body("euc-kr", KOREAN, "euc-kr"),
    _body("iso-8859-7", GREEK, "iso-8859-7"),
    _body("windows-1255", HEBREW, "windows-1255"),
    _body("windows-1256", ARABIC, "windows-1256"),
    _body("windows-1254", TURKISH, "windows-1254"),
    _body("tis-620", THAI, "tis-620"),
    _body("utf-16-with-mark", GERMAN, "utf-16", encoding="base64"),
    _body("utf-16-big-endian", GERMAN, "utf-16-be", encoding="base64"),
    _body("utf-7", GERMAN, "utf-7"),
    _body("utf-8-html", f"<p>{GERMAN}</p>", "utf-8", kind="text/html", exact=False),
)

ALIASES = (
    _body("alias-gb2312-for-gb18030", CHINESE, "gb18030", "gb2312"),
    _body("alias-ks-c-5601-1987", KOREAN, "cp949", "ks_c_5601-1987"),
    _body("alias-iso-8859-8-i", HEBREW, "iso-8859-8", "iso-8859-8-i"),
    _body("alias-x-sjis", JAPANESE, "shift_jis", "x-sjis"),
    _body("alias-cp-850-quoted", GERMAN, "cp850", '"cp-850"'),
    _body("alias-utf8-without-hyphen", GERMAN, "utf-8", "UTF8"),
    _body("alias-unicode-1-1-utf-7", GERMAN, "utf-7", "unicode-1-1-utf-7"),
    _body("alias-x-mac-roman", GERMAN, "mac-roman", "x-mac-roman", exact=False),
    _body("alias-in-single-quotes", GERMAN, "utf-8", "'utf-8'"),
    _body("alias-with-trailing-semicolon", GERMAN, "utf-8", "utf-8;;"),
)

LIES = (
    _body("unknown-charset", GERMAN, "utf-8", "x-martian", why="unknown-charset"),
    _body("unknown-8bit", GERMAN, "utf-8", "unknown-8bit", why="unknown-charset"),
    _body("charset-is-a-python-codec", GERMAN, "utf-8", "rot13"),
    _body("charset-is-hex", GERMAN, "utf-8", "hex"),
    _body("charset-is-idna", GERMAN, "utf-8", "idna"),
    _body("charset-is-undefined", GERMAN, "utf-8", "undefined"),
    _body("charset-is-unicode-escape", "C:\\new\\u1234\\x", "utf-8", "unicode_escape"),
    _body("charset-is-empty", GERMAN, "utf-8", '""'),
    _body("charset-has-nul", GERMAN, "utf-8", "utf\x00-8"),
    _body("charset-of-1000-letters", GERMAN, "utf-8", "u" * 1000),
    _body("undeclared-utf-8", GERMAN, "utf-8", ""),
    _body("undeclared-latin-1", GERMAN, "iso-8859-1", "", exact=False),
    _body("undeclared-koi8-r", RUSSIAN * 3, "koi8-r", "", exact=False),
    _body("us-ascii-but-utf-8", GERMAN, "utf-8", "us-ascii"),
    _body("us-ascii-but-windows-1252", GERMAN, "windows-1252", "us-ascii", exact=False),
    _body("utf-8-but-latin-1", GERMAN, "iso-8859-1", "utf-8", exact=False),
    _body("latin-1-but-windows-1252", EURO, "windows-1252", "iso-8859-1"),
    _body("latin-1-but-utf-8", GERMAN, "utf-8", "iso-8859-1", exact=False),
    _body("seven-bit-but-eight", GERMAN, "utf-8", "utf-8", encoding="7bit"),
)

BROKEN = (
    _octets(
        "utf-8-cut-in-a-character",
        "Heizkörper kalt ö".encode()[:-1],
        "utf-8",
        "Heizkörper kalt",
    ),
    _octets("utf-8-overlong", b"slash \xc0\xaf here", "utf-8", "here"),
    _octets("utf-8-lone-surrogate", b"half \xed\xa0\xbd here", "utf-8", "here"),
    _octets("utf-8-beyond-unicode", b"too far \xf7\xbf\xbf\xbf here", "utf-8", "here"),
    _octets("utf-16-odd-length", b"\xff\xfeH\x00i\x00!", "utf-16"),
    _octets("utf-16-lone-surrogate", "half \ud800 here".encode("utf-16-le", "surrogatepass"), "utf-16-le"),
    _octets("utf-32", "Heizung".encode("utf-32"), "utf-32"),
    _octets("iso-2022-jp-never-switched-back", b"\x1b$B5kEr4o", "iso-2022-jp"),
    _octets("iso-2022-jp-broken-escape", b"\x1b$ broken \x1b( text", "iso-2022-jp", "text"),
    _octets("hz-gb-2312", b"~{HHK.Fw~} ends", "hz-gb-2312", "ends"),
    _octets("nul-in-body", b"before\x00after", "utf-8", "after"),
    _octets("ten-thousand-nuls", b"before" + b"\x00" * 10_000 + b"after", "utf-8", "after"),
    _octets("all-256-octets", bytes(range(256)), "utf-8"),
    _octets("control-characters", b"red \x1b[31malert\x07\x08\x0c end", "utf-8", "end"),
    _octets("byte-order-mark-in-body", "\ufeffHello there".encode(), "utf-8", "Hello there"),
    _octets("bidi-override", "Pay \u202e0001 rue\u202c now".encode(), "utf-8", "now"),
    _octets("zero-width", "Pay\u200b\u200c\u2060pal now".encode(), "utf-8", "now"),
    _octets(
        "emoji-sequences",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 ok".encode(),
        "utf-8",
        "ok",
    ),
    _octets("line-and-paragraph-separators", "one\u2028two\u2029three\x85four".encode(), "utf-8", "four"),
    _octets("private-use-and-unassigned", "a\ue000b\U000e0001c\uffff d".encode(), "utf-8", "d"),
    _octets("unnormalised", "Heizko\u0308rper".encode(), "utf-8"),
)

CASES = HONEST + ALIASES + LIES + BROKEN
