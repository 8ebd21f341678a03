"""Attachments without names, with evil names, with every wrong form of RFC 2231, and in great numbers."""

import gzip
import struct
import zipfile
from io import BytesIO
from typing import Unpack

from tests.wire.torture.case import NEVER_LOST, QUARANTINE, Case, Holds
from tests.wire.torture.raw import HTML, envelope, group, mail, named, part

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
HALL = part()


def _with(name: str, *leaves: bytes, expect: str = "ticket", why: str = "", **more: Unpack[Holds]) -> Case:
    held: Holds = {"text_has": ["hall"], "attachment_count": len(leaves), **more}
    raw = envelope(group("mixed", HALL, *leaves))
    return Case(f"attachments/{name}", [raw], expect, held, (why,) if why else ())


def _named(name: str, disposition: str, read: str | None = None, kind: str = "application/pdf") -> Case:
    """One attachment whose name is given by this Content-Disposition; `read` is the name to show."""
    leaf = part(PDF, kind, "base64", f"Content-Disposition: {disposition}")
    holds: Holds = {"attachment_count": 1, "attachment_bytes": [PDF]}
    if read is not None:
        holds["attachments"] = [read]
    return Case(f"attachments/name-{name}", [envelope(group("mixed", HALL, leaf))], holds=holds)


def _zip_bomb() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(zipfile.ZipInfo("zeros"), bytes(20_000_000))
    return packed.getvalue()


def _tnef() -> bytes:
    """The outer shape of a winmail.dat: signature, key, and one version attribute."""
    version = struct.pack("<BIII", 1, 0x00089006, 4, 0x00010000) + struct.pack("<H", 1)
    return struct.pack("<IH", 0x223E9F78, 1) + version


NAMES = (
    _named("plain", 'attachment; filename="plan.pdf"', "plan.pdf"),
    _named("without-quotes", "attachment; filename=plan.pdf", "plan.pdf"),
    _named("with-spaces-without-quotes", "attachment; filename=my new plan.pdf"),
    _named("quote-never-closed", 'attachment; filename="plan.pdf'),
    _named("encoded-word", 'attachment; filename="=?utf-8?Q?Gr=C3=BC=C3=9Fe.pdf?="', "Grüße.pdf"),
    _named(
        "encoded-words-split",
        'attachment; filename="=?utf-8?Q?Gr=C3=BC?=\r\n =?utf-8?Q?=C3=9Fe.pdf?="',
        "Grüße.pdf",
    ),
    _named("raw-utf-8", 'attachment; filename="Grüße.pdf"', "Grüße.pdf"),
    _named("rfc-2231", "attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
    _named("rfc-2231-latin-1", "attachment; filename*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf"),
    _named("rfc-2231-continued", 'attachment; filename*0="very-"; filename*1="long.pdf"', "very-long.pdf"),
    _named(
        "rfc-2231-continued-encoded",
        "attachment; filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9Fe.pdf",
        "Grüße.pdf",
    ),
    _named("rfc-2231-cut-in-a-character", "attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BC.pdf"),
    _named("rfc-2231-out-of-order", 'attachment; filename*1="long.pdf"; filename*0="very-"', "very-long.pdf"),
    _named("rfc-2231-starts-at-one", 'attachment; filename*1="plan"; filename*2=".pdf"'),
    _named("rfc-2231-with-a-gap", 'attachment; filename*0="plan"; filename*2=".pdf"'),
    _named("rfc-2231-twice-the-same", 'attachment; filename*0="a"; filename*0="b.pdf"'),
    _named("rfc-2231-leading-zeros", 'attachment; filename*00="plan"; filename*01=".pdf"'),
    _named("rfc-2231-huge-number", 'attachment; filename*99999999999="plan.pdf"'),
    _named("rfc-2231-no-apostrophes", "attachment; filename*=plan.pdf"),
    _named("rfc-2231-one-apostrophe", "attachment; filename*=utf-8'plan.pdf"),
    _named("rfc-2231-unknown-charset", "attachment; filename*=x-martian''plan.pdf"),
    _named("rfc-2231-broken-percent", "attachment; filename*=utf-8''pl%ZZan%.pdf"),
    _named("rfc-2231-in-quotes", "attachment; filename*=\"utf-8''Gr%C3%BC%C3%9Fe.pdf\""),
    _named("rfc-2231-and-plain", "attachment; filename=plain.pdf; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf"),
    _named("rfc-2231-hides-nul", "attachment; filename*=utf-8''pl%00an.pdf"),
    _named(
        "rfc-2231-ten-thousand-pieces",
        "attachment; " + ";\r\n ".join(f"filename*{n}=a" for n in range(10_000)),
    ),
    _named("path-upwards", 'attachment; filename="../../../etc/passwd"'),
    _named("path-of-windows", 'attachment; filename="C:\\\\Users\\\\ida\\\\plan.pdf"'),
    _named("absolute-path", 'attachment; filename="/etc/cron.d/job"'),
    _named("only-dots", 'attachment; filename=".."'),
    _named("line-break-inside", "attachment; filename*=utf-8''plan%0D%0ASet-Cookie:%20a.pdf"),
    _named("right-to-left", "attachment; filename*=utf-8''invoice%E2%80%AEfdp.exe"),
    _named("reserved-device", 'attachment; filename="CON.pdf"'),
    _named("of-5000-letters", f'attachment; filename="{"n" * 5000}.pdf"'),
    _named("markup", 'attachment; filename="<img src=x onerror=alert(1)>.pdf"'),
    _named("empty", 'attachment; filename=""'),
    _named("spaces-only", 'attachment; filename="   "'),
    _named("only-in-content-type", "attachment", "plan.pdf", 'application/pdf; name="plan.pdf"'),
)

SHAPES = (
    _with(
        "without-name",
        part(PDF, "application/pdf", "base64", "Content-Disposition: attachment"),
        attachment_bytes=[PDF],
    ),
    _with("without-disposition", part(PDF, "application/pdf", "base64"), attachment_bytes=[PDF]),
    _with("unknown-disposition", part(PDF, "application/pdf", "base64", "Content-Disposition: sideways")),
    _with("inline-pdf", part(PDF, "application/pdf", "base64", "Content-Disposition: inline")),
    _with(
        "inline-picture-without-name",
        part(GIF, "image/gif", "base64", "Content-ID: <pic@fjord>"),
        attachment_bytes=[GIF],
    ),
    _with("empty-file", named("empty.txt", b""), attachments=["empty.txt"]),
    _with(
        "text-attachment",
        part("left valve", "text/plain", "", 'Content-Disposition: attachment; filename="note.txt"'),
        attachments=["note.txt"],
        text_lacks=["left valve"],
    ),
    _with(
        "html-attachment",
        part("<script>x</script>", "text/html", "", 'Content-Disposition: attachment; filename="a.html"'),
        attachments=["a.html"],
    ),
    _with("calendar", part("BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/calendar; method=REQUEST; charset=utf-8")),
    _with(
        "two-with-equal-bytes",
        named("front.pdf", PDF),
        named("back.pdf", PDF),
        attachments=["front.pdf", "back.pdf"],
    ),
    _with("two-with-equal-names", named("scan.pdf", PDF), named("scan.pdf", PDF + b"2")),
    _with("tnef", part(_tnef(), "application/ms-tnef", "base64"), attachment_bytes=[_tnef()]),
    _with("tnef-named", named("winmail.dat", _tnef(), "application/ms-tnef"), attachments=["winmail.dat"]),
    _with(
        "forwarded-mail",
        part(mail("inner words", subject="Inner"), "message/rfc822"),
        text_lacks=["inner words"],
    ),
    _with(
        "forwarded-mail-in-base64",
        part(mail("inner words"), "message/rfc822", "base64"),
        text_lacks=["inner words"],
    ),
    _with("forwarded-mail-empty", part(b"", "message/rfc822"), expect="ticket"),
    _with(
        "delivery-status",
        part("Reporting-MTA: dns; mx.example\r\n\r\nAction: failed", "message/delivery-status"),
    ),
    _with("picture-that-is-a-page", part(b"<html><script>x</script>", 'image/png; name="a.png"', "base64")),
    _with("program-as-pdf", named("invoice.pdf", b"MZ\x90\x00", "application/pdf")),
    _with("vcard", part("BEGIN:VCARD\r\nEND:VCARD", "text/vcard; name=ida.vcf"), attachments=["ida.vcf"]),
    _with(
        "torn-base64",
        part(b"JVBERi0xLjQKJ", 'application/pdf; name="t.pdf"', "", "Content-Transfer-Encoding: base64"),
    ),
    _with("gzip", named("log.gz", gzip.compress(b"cold", mtime=0), "application/gzip")),
    Case(
        "attachments/zip-bomb",
        lambda: [envelope(group("mixed", HALL, named("plans.zip", _zip_bomb(), "application/zip")))],
        holds={"attachments": ["plans.zip"]},
    ),
    Case(
        "attachments/only-an-attachment",
        [envelope(named("plan.pdf", PDF, "application/pdf"))],
        holds={"attachments": ["plan.pdf"], "attachment_count": 1},
    ),
    Case(
        "attachments/only-a-picture",
        [envelope(part(GIF, "image/gif", "base64"))],
        holds={"attachment_count": 1},
    ),
    Case(
        "attachments/inline-in-html",
        [
            envelope(
                group(
                    "related",
                    part('<p>hall</p><img src="cid:pic@fjord">', HTML),
                    part(
                        GIF,
                        "image/gif; name=gauge.gif",
                        "base64",
                        "Content-ID: <pic@fjord>",
                        "Content-Disposition: inline",
                    ),
                )
            )
        ],
        holds={"html_has": ["cid:pic@fjord"], "attachments": ["gauge.gif"]},
    ),
    Case(
        "attachments/two-with-one-content-id",
        [
            envelope(
                group(
                    "related",
                    part('<img src="cid:x">', HTML),
                    *[part(GIF, "image/gif", "base64", "Content-ID: <x>")] * 2,
                )
            )
        ],
        holds={"attachment_count": 2},
    ),
    Case(
        "attachments/content-id-evil",
        [
            envelope(
                group(
                    "related",
                    part('<img src="cid:x">hall', HTML),
                    part(GIF, "image/gif", "base64", 'Content-ID: <x" onload="alert(1)>'),
                )
            )
        ],
        holds={"html_lacks": ["onload"]},
    ),
)

CROWDS = (
    Case(
        "attachments/900",
        lambda: [envelope(group("mixed", HALL, *(named(f"{n}.txt", b"x") for n in range(900))))],
        holds={"text_has": ["hall"], "attachment_count": 900},
    ),
    Case(
        "attachments/1000",
        lambda: [envelope(group("mixed", HALL, *(named(f"{n}.txt", b"x") for n in range(1000))))],
        NEVER_LOST,
        rows=("1000-attachments",),
    ),
    Case(
        "attachments/1200",
        lambda: [envelope(group("mixed", HALL, *(named(f"{n}.txt", b"x") for n in range(1200))))],
        QUARANTINE,
        rows=("1000-attachments",),
    ),
    Case(
        "attachments/same-file-900-times",
        lambda: [envelope(group("mixed", HALL, *[named("a.txt", b"x")] * 900))],
        holds={"attachment_count": 900},
    ),
)

CASES = NAMES + SHAPES + CROWDS
