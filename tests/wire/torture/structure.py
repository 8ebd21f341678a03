"""Multipart trees that are deep, wide, torn, endless or only pretend."""

from tests.wire.torture.case import NEVER_LOST, QUARANTINE, Case
from tests.wire.torture.raw import BODY, CRLF, HTML, envelope, group, mail, named, part

HALL = part()
PAGE = part("<p>The radiator in the <b>hall</b> stays cold.</p>", HTML)


def _torn(name: str, content_type: str, *lines: str, has: str = "hall") -> Case:
    """A mail whose body is exactly these lines under this Content-Type."""
    content = part(CRLF.join(line.encode() for line in lines), content_type)
    return Case(f"structure/{name}", [envelope(content)], holds={"text_has": [has]} if has else {})


def _nested(depth: int, kind: str = "mixed") -> bytes:
    tree = HALL
    for level in range(depth):
        tree = group(kind, tree, boundary=f"level{level}x")
    return envelope(tree)


def _forwards(depth: int) -> bytes:
    inner = mail()
    for level in range(depth):
        inner = envelope(part(inner, "message/rfc822"), subject=f"Fwd: {level}")
    return inner


MIXED = 'multipart/mixed; boundary="b"'
LEAF = ("Content-Type: text/plain", "", "cold hall")

BOUNDARIES = (
    _torn("boundary-never-closed", MIXED, "--b", *LEAF),
    _torn("boundary-closed-at-once", MIXED, "--b--", *LEAF, has=""),
    _torn("boundary-never-opened", MIXED, *LEAF),
    _torn("boundary-missing-parameter", "multipart/mixed", "--b", *LEAF, "--b--"),
    _torn("boundary-empty", 'multipart/mixed; boundary=""', "--", *LEAF, "----"),
    _torn("boundary-without-quotes", "multipart/mixed; boundary=b", "--b", *LEAF, "--b--"),
    _torn(
        "boundary-with-spaces",
        'multipart/mixed; boundary="my own mark"',
        "--my own mark",
        *LEAF,
        "--my own mark--",
    ),
    _torn("boundary-spaces-after", MIXED, "--b   ", *LEAF, "--b--  "),
    _torn("boundary-quote-never-closed", 'multipart/mixed; boundary="b', "--b", *LEAF, "--b--"),
    _torn("boundary-escaped-quotes", 'multipart/mixed; boundary="a\\"b"', '--a"b', *LEAF, '--a"b--'),
    _torn("boundary-single-quotes", "multipart/mixed; boundary='b'", "--'b'", *LEAF, "--'b'--"),
    _torn(
        "boundary-pattern-characters",
        'multipart/mixed; boundary="(.*)+[a"',
        "--(.*)+[a",
        *LEAF,
        "--(.*)+[a--",
    ),
    _torn("boundary-of-1000-letters", f'multipart/mixed; boundary="{"b" * 1000}"', "--" + "b" * 1000, *LEAF, ""),
    _torn("boundary-given-twice", 'multipart/mixed; boundary="b"; boundary="c"', "--b", *LEAF, "--b--"),
    _torn("boundary-in-rfc-2231", 'multipart/mixed; boundary*0="b"; boundary*1="c"', "--bc", *LEAF, "--bc--"),
    _torn(
        "boundary-eight-bit",
        'multipart/mixed; boundary="grüß"',
        "--grüß",
        *LEAF,
        "--grüß--",
    ),
    _torn("boundary-differs-in-case", MIXED, "--B", *LEAF, "--B--", has=""),
    _torn("boundary-inside-a-part", MIXED, "--b", *LEAF, "--b in a sentence", "--b--"),
    _torn("boundary-prefix-of-another", MIXED, "--b", *LEAF, "--bb", "not a boundary", "--b--"),
    _torn("no-parts", MIXED, "--b", "--b--", has=""),
    _torn("only-a-preamble", MIXED, "cold hall", "--b--", has=""),
    _torn("preamble-and-epilogue", MIXED, "old reader?", "--b", *LEAF, "--b--", "after the end"),
    _torn("part-without-blank-line", MIXED, "--b", "Content-Type: text/plain", "--b", *LEAF, "--b--"),
    _torn("part-without-headers", MIXED, "--b", "", "cold hall", "--b--"),
    _torn(
        "same-boundary-inside",
        MIXED,
        "--b",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        *LEAF,
        "--b--",
        "--b--",
    ),
    _torn("empty-parts-900", MIXED, *["--b"] * 900, *LEAF, "--b--", has=""),
)

TYPES = (
    _torn("type-garbage", ";;;", "cold hall"),
    _torn("type-one-word", "text", "cold hall"),
    _torn("type-empty", " ", "cold hall"),
    _torn("type-two-slashes", "text/plain/x", "cold hall", has=""),
    _torn("type-capitals", "TEXT/PLAIN; CHARSET=UTF-8", "cold hall"),
    _torn("type-spaces-around-slash", "text / plain", "cold hall", has=""),
    _torn("type-parameter-without-value", "text/plain; charset", "cold hall"),
    _torn("type-ten-thousand-parameters", "text/plain" + "; a=b" * 10_000, "cold hall"),
    _torn("type-multipart-but-text", "multipart/alternative", "cold hall"),
    _torn("type-message-rfc822-but-text", "message/rfc822", "cold hall", has=""),
    _torn("type-enriched", "text/enriched", "<bold>cold</bold> hall", has=""),
    _torn("type-markdown", "text/markdown", "cold *hall*", has=""),
    Case("structure/message-partial", [envelope(part("cold", 'message/partial; id="x"; number=1; total=3'))]),
    Case(
        "structure/message-external-body",
        [envelope(part("", 'message/external-body; access-type=URL; URL="http://x.example/f"'))],
    ),
)

TREES = (
    Case(
        "structure/alternative",
        [envelope(group("alternative", HALL, PAGE))],
        holds={"text_has": ["radiator"], "html_has": ["<b>hall</b>"], "attachment_count": 0},
    ),
    Case(
        "structure/alternative-reversed",
        [envelope(group("alternative", PAGE, HALL))],
        holds={"text_has": ["radiator"]},
    ),
    Case(
        "structure/alternative-only-html",
        [envelope(group("alternative", PAGE))],
        holds={"text_has": ["radiator"]},
    ),
    Case(
        "structure/alternative-with-calendar",
        [
            envelope(
                group(
                    "alternative",
                    HALL,
                    PAGE,
                    part("BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/calendar; method=REQUEST"),
                )
            )
        ],
        holds={"text_has": ["radiator"], "attachment_count": 1},
    ),
    Case(
        "structure/alternative-empty-text",
        [envelope(group("alternative", part(""), PAGE))],
        holds={"html_has": ["hall"]},
    ),
    Case(
        "structure/mixed-two-texts",
        [envelope(group("mixed", part("first half"), part("second half")))],
        holds={"text_has": ["first half", "second half"]},
    ),
    Case(
        "structure/text-attachment-text",
        [envelope(group("mixed", part("above"), named("plan.pdf", b"%PDF-1.4"), part("below")))],
        holds={"text_has": ["above", "below"], "attachments": ["plan.pdf"]},
    ),
    Case(
        "structure/related-without-root",
        [envelope(group("related", part(b"\x89PNG", "image/png", "base64")))],
        holds={"attachment_count": 1},
    ),
    Case("structure/digest", [envelope(group("digest", part(mail(), ""), part(mail(subject="two"), "")))]),
    Case(
        "structure/signed",
        [envelope(group("signed", HALL, part(b"0\x82", "application/pkcs7-signature; name=smime.p7s", "base64")))],
        holds={"text_has": ["hall"], "attachments": ["smime.p7s"]},
    ),
    Case(
        "structure/encrypted",
        [
            envelope(
                group(
                    "encrypted",
                    part("Version: 1", "application/pgp-encrypted"),
                    part("-----BEGIN PGP MESSAGE-----", "application/octet-stream"),
                )
            )
        ],
        holds={"attachment_count": 2},
    ),
    Case(
        "structure/report",
        [envelope(group("report", HALL, part("Final-Recipient: rfc822;a@b.example", "message/delivery-status")))],
    ),
    Case(
        "structure/unknown-kind",
        [envelope(group("x-parallel-worlds", HALL, PAGE))],
        holds={"text_has": ["hall"]},
    ),
    Case("structure/deep-20", [_nested(20)], holds={"text_has": ["hall"]}),
    Case("structure/deep-90", [_nested(90)], holds={"text_has": ["hall"]}),
    Case("structure/deep-150", [_nested(150)], QUARANTINE),
    Case("structure/deep-300", lambda: [_nested(300)], QUARANTINE),
    Case("structure/deep-1500-alternatives", lambda: [_nested(1500, "alternative")], QUARANTINE),
    Case("structure/nested-forwards-60", lambda: [_forwards(60)], holds={"subject": "Fwd: 59"}),
    Case("structure/nested-forwards-400", lambda: [_forwards(400)], NEVER_LOST),
    Case("structure/wide-990-texts", lambda: [envelope(group("mixed", *[part("x")] * 990))]),
    Case("structure/wide-1500-texts", lambda: [envelope(group("mixed", *[part("x")] * 1500))], NEVER_LOST),
    Case("structure/boundary-lines-100000", lambda: [envelope(part(b"--b\r\n" * 100_000, MIXED))], QUARANTINE),
    Case(
        "structure/cross-product-of-boundaries",
        lambda: [envelope(group("mixed", *[group("mixed", *[part("x")] * 30, boundary=f"r{n}") for n in range(30)]))],
    ),
    Case(
        "structure/wrong-content-length",
        [mail(BODY, "Content-Length: 99999999", "Lines: -4")],
        holds={"text_has": ["hall"]},
    ),
)

CASES = BOUNDARIES + TYPES + TREES
