"""Attachments in unusual shapes and in great numbers."""

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


def _zip_bomb() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(zipfile.ZipInfo("zeros"), bytes(20_000_000))
    return packed.getvalue()


def _tnef() -> bytes:
    """The outer shape of a winmail.dat: signature, key, and one version attribute."""
    version = struct.pack("<BIII", 1, 0x00089006, 4, 0x00010000) + struct.pack("<H", 1)
    return struct.pack("<IH", 0x223E9F78, 1) + version


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

CASES = SHAPES + CROWDS
