import pytest

from tests.ticketing.reading.letters import html_of, joined, letter, multipart, names_of, part, text_of
from waypost.ticketing.intake.mime import Limits, read_mail

_PLAIN = part("text/plain; charset=utf-8", "Grüße".encode())
_HTML = part("text/html; charset=utf-8", "<p>Grüße <b>fett</b></p>".encode())
_CALENDAR = part("text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR")
_PICTURE = part("image/png", b"\x89PNG", "Content-ID: <pic@lee>")


def _container(subtype: str, *parts: bytes) -> bytes:
    boundary = f"in-{subtype}"
    return part(f"multipart/{subtype}; boundary={boundary}", joined(parts, boundary))


@pytest.mark.parametrize("order", [(_PLAIN, _HTML), (_HTML, _PLAIN)])
def test_alternatives_are_one_text_in_two_forms(order: tuple[bytes, bytes]) -> None:
    raw = multipart("alternative", order)
    assert text_of(raw) == "Grüße"
    assert html_of(raw) == "<p>Grüße <b>fett</b></p>"
    assert read_mail(raw).attachments == ()


def test_the_best_of_alternatives_may_be_a_container_with_pictures_and_files() -> None:
    related = _container("related", part("text/html", b'<img src="cid:pic@lee" alt="map">'), _PICTURE)
    pdf = part("application/pdf", b"%PDF")
    mail = read_mail(multipart("alternative", [_PLAIN, _container("mixed", related, pdf)]))
    assert (mail.body_text, mail.body_html) == ("Grüße", '<img src="cid:pic@lee" alt="map">')
    assert [(a.filename, a.is_inline) for a in mail.attachments] == [("image-1.png", True), ("attachment-2.pdf", False)]


def test_an_invitation_among_alternatives_is_kept() -> None:
    mail = read_mail(multipart("alternative", [_PLAIN, _HTML, _CALENDAR]))
    assert [(a.filename, a.content_type) for a in mail.attachments] == [("invitation-1.ics", "text/calendar")]


def test_renderings_for_watches_and_scripted_mail_are_no_attachments() -> None:
    mail = read_mail(multipart("alternative", [_PLAIN, part("text/x-amp-html", b"<html amp4email>"), _HTML]))
    assert (mail.body_text, mail.attachments) == ("Grüße", ())


def test_an_empty_plain_alternative_gives_way_to_the_words_of_the_html() -> None:
    assert text_of(multipart("alternative", [part("text/plain", b" \r\n"), _HTML])) == "Grüße fett"


def test_texts_in_a_row_are_joined_in_both_forms() -> None:
    raw = multipart("mixed", [part("text/plain", b"one & 1"), _HTML, part("text/plain", b"two")])
    assert text_of(raw) == "one & 1\n\nGrüße fett\n\ntwo"
    assert html_of(raw) == "one &amp; 1\n<p>Grüße <b>fett</b></p>\ntwo"


def test_texts_without_html_make_no_html() -> None:
    assert read_mail(multipart("mixed", [_PLAIN, part("text/plain", b"two")])).body_html is None


def test_html_only_mail_has_a_text_for_search_and_snippet() -> None:
    mail = read_mail(letter(b"<p>Cold since <i>Monday</i></p>", content_type="text/html"))
    assert (mail.body_text, mail.snippet) == ("Cold since Monday", "Cold since Monday")
    assert "Cold since Monday" in mail.search_text


def test_a_forwarded_mail_stays_closed() -> None:
    inner = letter(b"secret words", subject="Original")
    mail = read_mail(multipart("mixed", [_PLAIN, part("message/rfc822", inner)]))
    assert mail.body_text == "Grüße"
    assert [(a.filename, a.data) for a in mail.attachments] == [("message-1.eml", inner)]


def test_the_parts_of_a_digest_are_mails() -> None:
    mail = read_mail(multipart("digest", [b"\r\nSubject: one\r\n\r\nx", b"\r\nSubject: two\r\n\r\ny"]))
    assert names_of(mail) == ["message-1.eml", "message-2.eml"]


@pytest.mark.parametrize(
    ("lines", "attached"),
    [
        ((), False),
        (("Content-Disposition: inline",), False),
        (("Content-Disposition: attachment",), True),
        (('Content-Disposition: inline; filename="notes.txt"',), True),
        (("Content-Disposition: nonsense",), False),
    ],
)
def test_a_text_is_read_unless_it_is_marked_as_a_file(lines: tuple[str, ...], attached: bool) -> None:
    mail = read_mail(multipart("mixed", [_PLAIN, part("text/plain", b"more", *lines)]))
    assert (len(mail.attachments) == 1, mail.body_text == "Grüße\n\nmore") == (attached, not attached)


def test_a_named_text_is_the_body_only_when_it_comes_first() -> None:
    named = part("text/plain; name=log.txt", b"named")
    assert text_of(multipart("mixed", [named, named])) == "named"
    assert names_of(read_mail(multipart("mixed", [named, named]))) == ["log.txt"]


def test_related_parts_are_found_by_their_start() -> None:
    root = part("text/html", b"<p>root</p>", "Content-ID: <r@lee>")
    raw = letter(joined([_PICTURE, root], "e"), content_type='multipart/related; boundary=e; start="<r@lee>"')
    assert text_of(raw) == "root"
    assert [(a.content_id, a.is_inline) for a in read_mail(raw).attachments] == [("pic@lee", True)]


def test_signed_mail_shows_its_text_and_keeps_its_signature() -> None:
    mail = read_mail(multipart("signed", [_PLAIN, part("application/pgp-signature", b"--sig--")]))
    assert (mail.body_text, names_of(mail)) == ("Grüße", ["signature-1.asc"])


def test_a_text_too_long_to_show_is_shortened_and_attached_whole() -> None:
    mail = read_mail(letter(b"x" * 5_000), Limits(text_chars=1_000))
    assert mail.body_text == "x" * 1_000
    assert [(a.filename, a.size) for a in mail.attachments] == [("text-1.txt", 5_000)]
    assert "a text was shortened; the whole of it is attached" in mail.decode_notes


def test_many_long_texts_are_not_all_shown() -> None:
    raw = multipart("mixed", [part("text/plain", b"x" * 900)] * 9)
    mail = read_mail(raw, Limits(text_chars=1_000))
    assert len(mail.body_text or "") < 2_100
    assert "further texts are only in the raw mail" in mail.decode_notes


@pytest.mark.parametrize("raw", [letter(b""), letter(b"  \r\n"), letter(b"", content_type="text/html"), b"Subject: x"])
def test_a_mail_without_words_has_no_text(raw: bytes) -> None:
    mail = read_mail(raw)
    assert (mail.body_text, mail.body_html, mail.quote_start) == (None, None, None)
    assert mail.snippet == mail.subject
