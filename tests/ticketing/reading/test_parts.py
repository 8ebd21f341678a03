import hashlib

import pytest

from tests.ticketing.reading.letters import letter, multipart, names_of, part
from waypost.ticketing.intake.mime import Part, read_mail


def _only(kind: str, *lines: str, content: bytes = b"data") -> Part:
    (found,) = read_mail(multipart("mixed", [part(kind, content, *lines)])).attachments
    return found


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('filename="plan.pdf"', "plan.pdf"),
        ("filename=my plan.pdf", "my plan.pdf"),
        ('filename="unclosed.pdf', "unclosed.pdf"),
        (r'filename="C:\docs\plan.pdf"', "plan.pdf"),
        ('filename="../../etc/passwd"', "passwd"),
        (r'filename="say \"hi\".txt"', "say _hi_.txt"),
        ("filename*=utf-8''Pl%C3%A4ne.pdf", "Pläne.pdf"),
        ("filename*=iso-8859-1'de'Pl%E4ne.pdf", "Pläne.pdf"),
        ("filename*0*=utf-8''Pl%C3; filename*1*=%A4ne; filename*2=.pdf", "Pläne.pdf"),
        ("filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ("filename=old.pdf; filename*=utf-8''new.pdf", "new.pdf"),
        ("filename*=plain.pdf", "plain.pdf"),
        ("filename*999999999=x.pdf; filename=kept.pdf", "kept.pdf"),
        ("filename*=a\0b''%41.pdf", "A.pdf"),
        ('filename="=?utf-8?Q?Pl=C3=A4ne.pdf?="', "Pläne.pdf"),
        ('filename="=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=.txt"', "こん.txt"),
        ('filename="bill\u202efdp.exe"', "billfdp.exe"),
        ('filename=" .hidden. "', "hidden"),
        ('filename="a\tb\x01.txt"', "a b .txt"),
        ('filename="???"', "attachment-1.pdf"),
        ('filename=""', "attachment-1.pdf"),
        ("filename", "attachment-1.pdf"),
        ('filename="' + "ä" * 300 + '.pdf"', "ä" * 98 + ".pdf"),
    ],
)
def test_names_files_safely(written: str, name: str) -> None:
    assert _only("application/pdf", f"Content-Disposition: attachment; {written}").filename == name


@pytest.mark.parametrize(
    ("kind", "name", "kept_kind"),
    [
        ("application/pdf", "attachment-1.pdf", "application/pdf"),
        ("image/jpeg", "image-1.jpg", "image/jpeg"),
        ("application/ms-tnef", "winmail.dat", "application/ms-tnef"),
        ("text/calendar", "invitation-1.ics", "text/calendar"),
        ("Application/PDF; name=A.PDF", "A.PDF", "application/pdf"),
        ("nonsense", "attachment-1.bin", "application/octet-stream"),
        ("application/x <script>", "attachment-1.bin", "application/x"),
    ],
)
def test_every_part_has_a_name_and_a_clean_type(kind: str, name: str, kept_kind: str) -> None:
    found = _only(kind)
    assert (found.filename, found.content_type) == (name, kept_kind)


def test_keeps_bytes_digest_and_size() -> None:
    found = _only("application/zip", "Content-Transfer-Encoding: base64", content=b"UEsDBA==")
    assert (found.data, found.size) == (b"PK\x03\x04", 4)
    assert found.sha256 == hashlib.sha256(b"PK\x03\x04").digest()


def test_equal_files_stay_two_parts() -> None:
    same = part("application/pdf; name=a.pdf", b"%PDF")
    found = read_mail(multipart("mixed", [same, same])).attachments
    assert [(p.ordinal, p.filename) for p in found] == [(1, "a.pdf"), (2, "a.pdf")]
    assert found[0].sha256 == found[1].sha256


def test_a_picture_is_inline_when_it_says_so_or_the_text_shows_it() -> None:
    shown = part("image/png", b"1", "Content-ID: <a@lee>")
    unused = part("image/png", b"2", "Content-ID: <b@lee>")
    inline = part("image/png", b"3", "Content-Disposition: inline")
    html = part("text/html", b'<img src="cid:a@lee">')
    found = read_mail(multipart("mixed", [html, shown, unused, inline])).attachments
    assert [p.is_inline for p in found] == [True, False, True]


def test_a_mail_may_be_nothing_but_a_file() -> None:
    mail = read_mail(letter(b"JVBERg==", content_type="application/pdf", content_transfer_encoding="base64"))
    assert (names_of(mail), mail.attachments[0].data, mail.body_text) == (["attachment-1.pdf"], b"%PDF", None)


def test_a_forwarded_mail_named_after_its_subject_is_still_a_mail_file() -> None:
    assert _only('message/rfc822; name="Re: cold"').filename == "Re_ cold.eml"
