"""One mail in many copies, and many mails that look like one."""

from tests.wire.torture.case import DOUBTFUL, DUPLICATE, TICKET, Answer, Case, Holds
from tests.wire.torture.raw import BODY, CRLF, HTML, envelope, group, html_mail, mail, named, part

ROW = "message-ids"
ONE: Holds = {"messages": 1, "tickets": 1}
ID = "<copy@fjord.example>"
PLAIN = mail(message_id=ID)
HOP = b"Received: from relay.example by mx2.acme.example with ESMTP; Tue, 10 Feb 2026 09:20:00 +0100\r\n"
FOOTER = "\r\n--\r\nThis message was scanned by Gatekeeper.\r\n"


def _copies(name: str, mails: list[bytes]) -> Case:
    """Copies of one mail: one message, whatever happened to it on the way."""
    return Case(f"identity/{name}", mails, DUPLICATE, ONE, (ROW,))


def _distinct(name: str, *mails: bytes, doubt: bool = False) -> Case:
    """Mails that only look alike: every one stays a message of its own."""
    holds: Holds = {"messages": len(mails)}
    if doubt:
        holds["collision"] = [list(range(len(mails)))]
    return Case(f"identity/{name}", list(mails), TICKET, holds, (ROW,))


COPIES = (
    _copies("same-octets", [PLAIN, PLAIN]),
    _copies("same-octets-five-times", [PLAIN] * 5),
    _copies("another-path", [PLAIN, HOP + PLAIN]),
    _copies(
        "another-delivered-to",
        [b"Delivered-To: a@acme.example\r\n" + PLAIN, b"Delivered-To: b@acme.example\r\n" + PLAIN],
    ),
    _copies("other-line-ends", [PLAIN, PLAIN.replace(CRLF, b"\n")]),
    _copies("trailing-blank-lines", [PLAIN, PLAIN + CRLF * 3]),
    _copies(
        "refolded-header",
        [
            mail(message_id=ID, subject="Radiator stays cold again"),
            mail(message_id=ID, subject="Radiator stays\r\n cold again"),
        ],
    ),
    _copies(
        "recoded-body",
        [
            envelope(part(BODY, encoding="quoted-printable"), message_id=ID),
            envelope(part(BODY, encoding="base64"), message_id=ID),
        ],
    ),
    _copies(
        "recoded-charset",
        [
            envelope(part("Müller, Flur kalt.\r\n", encoding="8bit"), message_id=ID),
            envelope(
                part("Müller, Flur kalt.\r\n".encode("latin-1"), "text/plain; charset=iso-8859-1", "8bit"),
                message_id=ID,
            ),
        ],
    ),
    _copies(
        "other-boundary",
        [
            envelope(group("mixed", part(), named("a.pdf", b"%PDF-1.4")), message_id=ID),
            envelope(group("mixed", part(), named("a.pdf", b"%PDF-1.4"), boundary="rewritten"), message_id=ID),
        ],
    ),
    _copies("message-id-missing", [PLAIN, mail(message_id=None)]),
    _copies("message-id-missing-first", [mail(message_id=None), PLAIN]),
    _copies("message-id-missing-in-both", [mail(message_id=None), HOP + mail(message_id=None)]),
    _copies("message-id-rewritten", [PLAIN, mail(message_id="<rewritten@relay.example>")]),
    _copies(
        "message-id-rewritten-twice",
        [PLAIN, mail(message_id="<r1@relay.example>"), mail(message_id="<r2@relay.example>")],
    ),
    _copies("message-id-other-case", [PLAIN, mail(message_id=ID.upper())]),
    _copies("message-id-useless-in-both", [mail(message_id="<@>"), HOP + mail(message_id="<@>")]),
    _copies(
        "message-id-of-5-kb",
        [mail(message_id=f"<{'a' * 5000}@x>"), HOP + mail(message_id=f"<{'a' * 5000}@x>")],
    ),
    _copies("html-only", [html_mail("<p>cold</p>", message_id=ID), HOP + html_mail("<p>cold</p>", message_id=ID)]),
    _copies(
        "with-attachment-missing-id",
        [
            envelope(group("mixed", part(), named("a.pdf", b"%PDF-1.4")), message_id=ID),
            envelope(group("mixed", part(), named("a.pdf", b"%PDF-1.4")), message_id=None),
        ],
    ),
    Case("identity/scanner-footer", [PLAIN, mail(BODY + FOOTER, message_id=ID)], DOUBTFUL, rows=(ROW,)),
    Case(
        "identity/subject-tag-and-new-id",
        [PLAIN, mail(subject="[EXTERNAL] Radiator stays cold", message_id="<t@relay.example>")],
        DOUBTFUL,
        rows=(ROW,),
    ),
    Case(
        "identity/dates-rewritten",
        [PLAIN, mail(date="Tue, 10 Feb 2026 09:12:34 +0100", message_id="<d@relay.example>")],
        DOUBTFUL,
        rows=(ROW,),
    ),
)

ALIKE = (
    _distinct("same-id-other-words", PLAIN, mail("The boiler is on fire.", message_id=ID), doubt=True),
    _distinct("same-id-other-sender", PLAIN, mail(message_id=ID, from_="Eve <eve@else.example>"), doubt=True),
    _distinct(
        "same-id-other-attachment",
        envelope(group("mixed", part(), named("a.pdf", b"%PDF-1.4")), message_id=ID),
        envelope(group("mixed", part(), named("a.pdf", b"%PDF-1.7")), message_id=ID),
        doubt=True,
    ),
    _distinct(
        "same-id-extra-attachment",
        envelope(group("mixed", part(), named("a.pdf", b"%PDF-1.4")), message_id=ID),
        envelope(group("mixed", part(), named("a.pdf", b"%PDF-1.4"), named("b.pdf", b"%PDF-1.5")), message_id=ID),
        doubt=True,
    ),
    _distinct(
        "html-only-without-ids-in-one-second",
        html_mail("<p>first floor</p>", message_id=None),
        html_mail("<p>second floor</p>", message_id=None),
    ),
    _distinct(
        "html-differs-text-equal",
        envelope(group("alternative", part(), part("<p>10 euros</p>", HTML)), message_id=None),
        envelope(group("alternative", part(), part("<p>99 euros</p>", HTML)), message_id=None),
    ),
    _distinct(
        "only-the-last-word-differs",
        mail("cold " * 5000 + "hall", message_id=None),
        mail("cold " * 5000 + "attic", message_id=None),
    ),
    _distinct(
        "only-the-date-differs",
        mail(message_id="<d1@fjord.example>"),
        mail(message_id="<d2@fjord.example>", date="Wed, 11 Feb 2026 09:12:33 +0100"),
    ),
    _distinct(
        "same-words-other-people",
        mail(message_id=None),
        mail(message_id=None, from_="Ole <ole@harbour.example>"),
    ),
    _distinct(
        "useless-id-shared-by-strangers",
        mail(message_id="<@>"),
        mail("Invoice 7?", message_id="<@>", from_="ole@harbour.example"),
    ),
    _distinct(
        "empty-mails",
        mail("", message_id=None, subject=""),
        mail("", message_id=None, subject="", from_="ole@harbour.example"),
    ),
    _distinct(
        "attachments-swapped",
        envelope(group("mixed", part(), named("a.txt", b"1"), named("b.txt", b"2")), message_id=None),
        envelope(group("mixed", part(), named("a.txt", b"2"), named("b.txt", b"1")), message_id=None),
    ),
)

FORGED = mail(
    "Please pay to another account.",
    "%%answer-0-markers%%",
    from_="Eve <eve@else.example>",
    message_id="<f@else.example>",
)
MIRRORS = (
    Case(
        "identity/own-answer-through-the-journal",
        [mail(), b"%%answer-0-raw%%"],
        DUPLICATE,
        {"messages": 2, "tickets": 1, "together": [[0, 1]]},
        ("staff-outside-the-desk",),
        (Answer(0),),
    ),
    Case(
        "identity/own-answer-without-markers",
        [
            mail(),
            mail(
                "We will come by tomorrow morning.\r\n\r\nAcme Support",
                from_="support@acme.example",
                to="ida@fjord.example",
                subject="Re: Radiator stays cold",
                message_id="%%answer-0-id%%",
            ),
        ],
        DOUBTFUL,
        {"tickets": 1, "together": [[0, 1]], "not_status": {1: "spam"}},
        ("staff-outside-the-desk",),
        (Answer(0),),
    ),
    Case(
        "identity/stranger-uses-our-markers",
        [mail(), FORGED],
        TICKET,
        {"messages": 3, "tickets": 2, "apart": [(0, 1)]},
        ("strangers-quote",),
        (Answer(0),),
    ),
    Case(
        "identity/stranger-uses-our-message-id",
        [mail(), mail("Swallow me.", from_="Eve <eve@else.example>", message_id="%%answer-0-id%%")],
        TICKET,
        {"messages": 3, "apart": [(0, 1)]},
        ("strangers-quote", ROW),
        (Answer(0),),
    ),
    Case(
        "identity/marker-made-up",
        [
            mail(),
            mail(
                "Swallow me.",
                "X-OSS-Message-ID: 3f0c7a52-58a4-4b0e-9a55-1b7f0a6f4c11",
                from_="eve@else.example",
            ),
        ],
        TICKET,
        {"messages": 2, "tickets": 2},
        ("strangers-quote",),
    ),
)

CASES = COPIES + ALIKE + MIRRORS
