"""Transfer encodings that are wrong, unknown, truncated, doubled or older than MIME."""

import binascii
from base64 import b64encode
from zlib import crc32

from tests.wire.torture.case import Case, Holds
from tests.wire.torture.raw import HTML, TEXT, envelope, group, part

SENTENCE = "The radiator in the hall stays cold."
CODED = b64encode(SENTENCE.encode()).decode()


def _coded(name: str, encoding: str, body: str | bytes, has: str = "", kind: str = TEXT) -> Case:
    """A body written by hand under the given Content-Transfer-Encoding."""
    head = f"Content-Transfer-Encoding: {encoding}" if encoding else "X-None: 1"
    holds: Holds = {"text_has": [has]} if has else {}
    return Case(f"encodings/{name}", [envelope(part(body, kind, "", head))], holds=holds)


def _uuencoded(name: str, octets: bytes) -> str:
    rows = [binascii.b2a_uu(octets[at : at + 45]).decode().rstrip() for at in range(0, len(octets), 45)]
    return "\r\n".join([f"begin 644 {name}", *rows, "`", "end"])


def _yencoded(name: str, octets: bytes) -> bytes:
    coded = b"".join(
        b"=" + bytes([(o + 106) % 256]) if (o + 42) % 256 in b"\0\r\n=" else bytes([(o + 42) % 256]) for o in octets
    )
    head = f"=ybegin line=128 size={len(octets)} name={name}\r\n".encode()
    return head + coded + f"\r\n=yend size={len(octets)} crc32={crc32(octets):08x}\r\n".encode()


BASE64 = (
    _coded("base64", "base64", CODED, SENTENCE),
    _coded("base64-capitals", "BASE64", CODED, SENTENCE),
    _coded("base64-in-quotes", '"base64"', CODED),
    _coded("base64-with-comment", "base64 (RFC 2045)", CODED),
    _coded("base64-without-padding", "base64", CODED.rstrip("="), "radiator"),
    _coded("base64-one-letter-short", "base64", CODED[:-1], "radiator"),
    _coded("base64-one-letter-over", "base64", CODED.rstrip("=") + "ABCDE", "radiator"),
    _coded(
        "base64-padding-inside",
        "base64",
        b64encode(b"The radiator ").decode() + b64encode(b"is cold").decode(),
        "The radiator",
    ),
    _coded("base64-garbage-inside", "base64", "!!" + CODED[:8] + " \t*" + CODED[8:], "radiator"),
    _coded("base64-all-on-one-line", "base64", b64encode((SENTENCE + " ").encode() * 5_000), "radiator"),
    _coded(
        "base64-url-alphabet",
        "base64",
        b64encode(b"\xfb\xff\xfe??>>").decode().replace("+", "-").replace("/", "_"),
    ),
    _coded("base64-followed-by-footer", "base64", CODED + "\r\n\r\n-- \r\nSent through a free relay!", "radiator"),
    _coded("base64-is-really-plain", "base64", SENTENCE),
    _coded("base64-empty", "base64", ""),
    _coded("base64-only-garbage", "base64", "%%%%&&&&"),
    _coded("base64-nul-octets", "base64", b64encode(b"cold\x00hall"), "hall"),
    _coded("base64-twice", "base64", b64encode(CODED.encode())),
)

QUOTED = (
    _coded("quoted", "quoted-printable", "The radiator in the hall stays=20=\r\ncold.", "stays cold."),
    _coded("quoted-lower-case-hex", "quoted-printable", "M=c3=bcller", "Müller"),
    _coded("quoted-wrong-hex", "quoted-printable", "cold =ZZ hall =G1 = 100", "hall"),
    _coded("quoted-ends-in-equals", "quoted-printable", "cold hall=", "cold hall"),
    _coded("quoted-cut-in-hex", "quoted-printable", "cold hall =C", "cold hall"),
    _coded("quoted-raw-eight-bit", "quoted-printable", "Müller =C3=BC", "Müller ü"),
    _coded("quoted-hides-nul", "quoted-printable", "cold=00hall", "hall"),
    _coded("quoted-line-of-1-mb", "quoted-printable", "=41=42" * 175_000, "ABAB"),
    _coded("quoted-trailing-spaces", "quoted-printable", "cold hall   \r\nnext", "next"),
    _coded("quoted-html", "quoted-printable", '<p style=3D"color:red">cold hall</p>', "cold hall", HTML),
    _coded("quoted-html-not-really", "quoted-printable", '<p style="color:red">cold hall</p>', "cold hall", HTML),
)

OTHERS = (
    _coded("unknown", "x-gzip64", SENTENCE),
    _coded("empty", " ", SENTENCE, SENTENCE),
    _coded("eight-bit-capitals", "8BIT", SENTENCE, SENTENCE),
    _coded("seven-bit-with-nuls", "7bit", b"cold\x00 hall", "hall"),
    _coded("binary", "binary", b"cold hall\x00\xff\xfe"),
    _coded("charset-as-encoding", "utf-8", SENTENCE, SENTENCE),
    _coded("uuencode", "x-uuencode", _uuencoded("note.txt", SENTENCE.encode())),
    _coded(
        "uuencode-inline",
        "",
        f"See the file.\r\n\r\n{_uuencoded('note.txt', SENTENCE.encode())}",
        "See the file.",
    ),
    _coded("uuencode-torn", "x-uuencode", "begin 644 note.txt\r\n#86)C\r\nM~~~~\r\n"),
    _coded("yenc-inline", "8bit", b"See below.\r\n" + _yencoded("note.bin", bytes(range(256))), "See below."),
    _coded("binhex", "", "(This file must be converted with BinHex 4.0)\r\n\r\n:#8Gbcdef!:", "BinHex"),
    _coded("encoded-twice-declared", "base64\r\nContent-Transfer-Encoding: quoted-printable", CODED),
    Case(
        "encodings/multipart-claims-base64",
        [envelope(group("mixed", part(SENTENCE), extra="\r\nContent-Transfer-Encoding: base64"))],
        holds={"text_has": ["radiator"]},
    ),
    _coded(
        "format-flowed",
        "7bit",
        "The radiator \r\nin the hall \r\nstays cold.\r\n-- \r\nIda",
        "stays cold",
        "text/plain; charset=utf-8; format=flowed",
    ),
    _coded("format-flowed-delsp", "7bit", "stays co \r\nld", "stays", "text/plain; format=flowed; delsp=yes"),
    _coded("from-escaped-in-body", "7bit", ">From here on it is cold\r\n>>From there too", "here on it is cold"),
    _coded("from-unescaped-in-body", "7bit", "cold\r\n\r\nFrom here on it is warm", "warm"),
    _coded("dot-alone-on-a-line", "7bit", "above\r\n.\r\nbelow", "below"),
)

CASES = BASE64 + QUOTED + OTHERS
