import pytest

from tests.ticketing.reading.letters import letter, multipart, part
from waypost.ticketing.intake.mime import read_mail


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, False),
        ({"auto_submitted": "no"}, False),
        ({"auto_submitted": "auto-replied"}, True),
        ({"auto_submitted": "Auto-Generated; x=y"}, True),
        ({"precedence": "auto_reply"}, True),
        ({"precedence": "bulk"}, False),
        ({"x_autoreply": "yes"}, True),
        ({"subject": "Automatic reply: Cold radiator"}, True),
        ({"subject": "Abwesenheitsnotiz: Kalt"}, True),
        ({"subject": "About our automatic reply machine"}, False),
    ],
)
def test_knows_automatic_mail(headers: dict[str, str], automatic: bool) -> None:
    assert read_mail(letter(b"Hello", **headers)).auto_submitted is automatic


def test_knows_bounces() -> None:
    status = part("message/delivery-status", b"Action: failed")
    report = letter(
        multipart("report", [part("text/plain", b"failed"), status]).split(b"\r\n\r\n", 1)[1],
        content_type='multipart/report; report-type=delivery-status; boundary="edge"',
    )
    assert read_mail(report).is_bounce
    assert read_mail(letter(x_failed_recipients="a@x.example")).is_bounce
    assert read_mail(letter(From="MAILER-DAEMON@x.example", return_path="<>")).is_bounce
    assert not read_mail(letter(return_path="<>")).is_bounce


def test_a_read_receipt_is_no_bounce() -> None:
    raw = letter(b"x", content_type="multipart/report; report-type=disposition-notification; boundary=e")
    assert not read_mail(raw).is_bounce


def test_knows_lists_by_their_identity() -> None:
    assert read_mail(letter(list_id="Heating News <News.Acme.Example>")).list_id == "news.acme.example"
    assert read_mail(letter(list_id="news.acme.example")).list_id == "news.acme.example"
    assert read_mail(letter()).list_id is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you for your help, the radiator is still not warm.", "english"),
        ("Die Heizung ist nicht warm, bitte kommen Sie mit dem Wagen.", "german"),
        ("Bonjour, le radiateur est froid et nous avons des enfants.", "french"),
        ("Hola, el radiador no está caliente, gracias por su ayuda.", "spanish"),
        ("Buongiorno, il termosifone non è caldo, grazie della vostra visita.", "italian"),
        ("Bom dia, o radiador não está quente, obrigado por você.", "portuguese"),
        ("De verwarming is niet warm en wij hebben het koud, met vriendelijke groeten.", "dutch"),
        ("Hej, elementet är kallt och jag vill att ni kommer.", "swedish"),
        ("Patteri on kylmä ja se ei ole hyvä.", "finnish"),
        ("Отопление не работает, приезжайте.", "russian"),
        ("Опалення не працює, приїжджайте.", "simple"),
        ("Το καλοριφέρ είναι κρύο.", "greek"),
        ("المدفأة باردة", "arabic"),
        ("Dzień dobry, kaloryfer nie jest ciepły, proszę.", "simple"),
        ("暖房が壊れました", "simple"),
        ("OK", "simple"),
    ],
)
def test_names_the_dictionary_for_its_words(text: str, language: str) -> None:
    assert read_mail(letter(text.encode(), content_type="text/plain; charset=utf-8")).language == language


def test_the_language_is_that_of_ones_own_words() -> None:
    history = "\n\n> " + "Die Heizung ist nicht warm und das ist nicht gut. " * 3
    assert read_mail(letter(("Thank you for the help, it is warm." + history).encode())).language == "english"
