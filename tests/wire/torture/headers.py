"""Header blocks that are torn, doubled, dirty or too long."""

from tests.wire.torture.case import NEVER_LOST, Case
from tests.wire.torture.raw import BODY, CRLF, USUAL, bare, envelope, mail, octets, part

PLAIN = "Radiator stays cold"
HEAD = [f"{name}: {octets(value or '').decode()}" for name, value in USUAL.items()]


def _with_line(line: str | bytes) -> bytes:
    """The usual mail with one odd header line in the middle of its header block."""
    return bare(*HEAD[:2], line, *HEAD[2:], "Message-ID: <odd-line@fjord.example>", "", BODY)


TORN = (
    Case(
        "headers/nul-in-subject",
        [mail(subject=b"Radiator\x00 stays cold")],
        holds={"text_has": ["hall"]},
        rows=("nul-in-headers",),
    ),
    Case("headers/nul-in-from", [mail(from_=b"Ida\x00 <ida@fjord.example>")], rows=("nul-in-headers",)),
    Case("headers/nul-in-message-id", [mail(message_id=b"<a\x00b@fjord.example>")], rows=("nul-in-headers",)),
    Case("headers/nul-in-name", [_with_line(b"X-Od\x00d: yes")], holds={"subject": PLAIN}),
    Case("headers/only-lf", [mail().replace(CRLF, b"\n")], holds={"subject": PLAIN, "text_has": ["hall"]}),
    Case("headers/only-cr", [mail().replace(CRLF, b"\r")], holds={"text_has": ["hall"]}),
    Case("headers/mixed-line-ends", [mail().replace(CRLF, b"\n", 3)], holds={"subject": PLAIN}),
    Case("headers/bare-cr-in-subject", [mail(subject=b"Radiator\rstays cold")]),
    Case(
        "headers/no-blank-line",
        [bare(*HEAD, "The radiator in the hall stays cold.", "Please come by.")],
        holds={"subject": PLAIN, "text_has": ["hall", "come by"]},
    ),
    Case("headers/no-body-at-all", [bare(*HEAD)], holds={"subject": PLAIN}),
    Case("headers/no-body-no-newline", [bare(*HEAD).rstrip()], holds={"subject": PLAIN}),
    Case("headers/text-without-headers", [b"Hello,\r\nthe radiator is cold.\r\n"], NEVER_LOST),
    Case("headers/only-a-subject", [bare("Subject: Radiator", "", "cold")], holds={"subject": "Radiator"}),
    Case("headers/byte-order-mark-first", [b"\xef\xbb\xbf" + mail()], holds={"text_has": ["hall"]}),
    Case("headers/blank-lines-first", [b"\r\n\r\n" + mail()], NEVER_LOST),
    Case(
        "headers/mbox-line-first",
        [b"From ida@fjord.example Tue Feb 10 09:12:33 2026\r\n" + mail()],
        holds={"subject": PLAIN, "sender": "ida@fjord.example"},
    ),
    Case("headers/quoted-mbox-line-first", [b">From ida@fjord.example Tue Feb 10 09:12:33 2026\r\n" + mail()]),
    Case("headers/starts-with-continuation", [b" left over from elsewhere\r\n" + mail()]),
    Case("headers/line-without-colon", [_with_line("this line is not a header")], holds={"text_has": ["hall"]}),
    Case("headers/empty-name", [_with_line(": nobody knows")], holds={"text_has": ["hall"]}),
    Case("headers/space-before-colon", [mail(subject=None, **{"Subject ": PLAIN})]),
    Case("headers/eight-bit-name", [_with_line(b"X-Gr\xfc\xdfe: ja")], holds={"text_has": ["hall"]}),
    Case(
        "headers/all-capitals",
        [mail().replace(b"Subject:", b"SUBJECT:").replace(b"From:", b"FROM:")],
        holds={"subject": PLAIN, "sender": "ida@fjord.example"},
    ),
    Case("headers/no-space-after-colon", [mail().replace(b": ", b":")], holds={"sender": "ida@fjord.example"}),
)

FOLDED = (
    Case("headers/folded-with-tabs", [mail(subject="Radiator\r\n\tstays\r\n\t\tcold")]),
    Case(
        "headers/folded-with-an-empty-line",
        [mail(subject="Radiator stays\r\n \r\n cold")],
        holds={"sender": "ida@fjord.example"},
    ),
    Case("headers/folded-in-a-word", [mail(subject="Radia\r\n tor stays cold")]),
    Case(
        "headers/folded-address",
        [mail(from_='"Ida\r\n Holm"\r\n <ida@fjord.example>')],
        holds={"sender": "ida@fjord.example"},
    ),
    Case(
        "headers/folded-before-the-value",
        [mail(subject=b"\r\n Radiator stays cold")],
        holds={"subject": PLAIN},
    ),
    Case("headers/folded-nonsense", [mail(subject="a\r\n b\r\n  c\r\n   d\r\n \t e" + "\r\n f" * 500)]),
)

DOUBLED = (
    Case("headers/two-subjects", [mail(BODY, "Subject: Another one")], holds={"text_has": ["hall"]}),
    Case("headers/two-froms", [mail(BODY, "From: Ole <ole@fjord.example>")], holds={"text_has": ["hall"]}),
    Case("headers/two-dates", [mail(BODY, "Date: Wed, 11 Feb 2026 10:00:00 +0100")]),
    Case("headers/two-message-ids", [mail(BODY, "Message-ID: <second@fjord.example>")]),
    Case("headers/two-content-types", [mail(BODY, "Content-Type: application/pdf")], holds={"subject": PLAIN}),
    Case(
        "headers/resent",
        [mail(BODY, "Resent-From: ole@fjord.example", "Resent-To: support@acme.example")],
        holds={"sender": "ida@fjord.example"},
    ),
)

LONG = (
    Case("headers/subject-of-200-kb", [mail(subject="cold " * 40_000)], holds={"text_has": ["hall"]}),
    Case(
        "headers/header-of-900-kb",
        lambda: [mail(BODY, "X-Scan: " + "0123456789abcdef" * 56_250)],
        holds={"subject": PLAIN, "text_has": ["hall"]},
    ),
    Case(
        "headers/folded-header-of-900-kb",
        lambda: [mail(BODY, "X-Scan: " + "\r\n 0123456789abc" * 56_000)],
        holds={"subject": PLAIN, "text_has": ["hall"]},
    ),
    Case(
        "headers/five-thousand-lines",
        [mail(BODY, *(f"X-Hop-{n}: {n}" for n in range(5_000)))],
        holds={"subject": PLAIN, "text_has": ["hall"]},
    ),
    Case(
        "headers/one-name-2000-times",
        [mail(BODY, *["Received: from a by b; Tue, 10 Feb 2026 08:00:00 +0000"] * 2000)],
        holds={"subject": PLAIN},
    ),
    Case("headers/absent-subject", [mail(subject=None)], holds={"text_has": ["hall"]}),
    Case("headers/blank-subject", [mail(subject="   ")], holds={"text_has": ["hall"]}),
    Case("headers/control-characters-in-subject", [mail(subject=b"Radiator \x1b[31m\x07stays cold")]),
    Case(
        "headers/unknown-mime-version",
        [envelope(part(), **{"MIME-Version": "47.11 (unheard of)"})],
        holds={"text_has": ["hall"]},
    ),
    Case(
        "headers/no-mime-version",
        [mail().replace(b"MIME-Version: 1.0\r\n", b"")],
        holds={"text_has": ["hall"]},
    ),
)

CASES = TORN + FOLDED + DOUBLED + LONG
