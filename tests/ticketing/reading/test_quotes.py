import pytest

from tests.ticketing.reading.letters import letter, multipart, part
from waypost.ticketing.intake.mime import read_mail
from waypost.ticketing.intake.reading.quotes import quote_start

_HISTORY = [
    "On Mon, 2 Mar 2026 at 10:00, Ann Lee <ann@lee.example> wrote:\n> It is cold.\n> Ann",
    "On Mon, 2 Mar 2026 at 10:00, Acme Support Team\n<support@acme.example> wrote:\n\n> It is cold.",
    "Am 02.03.2026 um 10:00 schrieb Ann Lee:\n> Es ist kalt.",
    "Le lun. 2 mars 2026 à 10:00, Ann Lee <ann@lee.example> a écrit :\n\n> Il fait froid.",
    "El lun, 2 mar 2026 a las 10:00, Ann Lee escribió:\n> Hace frío.",
    "W dniu 2.03.2026 o 10:00 Ann Lee napisał(a):\n> Jest zimno.",
    "pon., 2 mar 2026 o 10:00 Ann Lee <ann@lee.example> napisał(a):\n\n> Zimno.",
    "Il giorno lun 2 mar 2026 Ann Lee ha scritto:\n> Freddo.",
    "2026年3月2日(月) 10:00 Ann Lee <ann@lee.example>のメール:\n> 寒い",
    "-----Original Message-----\nFrom: Ann Lee\nSent: Monday\nTo: Support\nSubject: Cold\n\nIt is cold.",
    "________________________________\nVon: Ann Lee\nGesendet: Montag\nAn: Support\nBetreff: Kalt\n\nEs ist kalt.",
    "From: Ann Lee <ann@lee.example>\nSent: Monday, 2 March 2026\nTo: Support\nSubject: Cold\n\nIt is cold.",
    "De : Ann Lee <ann@lee.example>\nEnvoyé : lundi\nÀ : Support\nObjet : Froid\n\nIl fait froid.",
    "> It is cold.\n> Ann",
    "---------- Forwarded message ---------\nFrom: Ann Lee <ann@lee.example>\nSubject: Cold\n\nhi",
]


@pytest.mark.parametrize("history", _HISTORY)
def test_finds_where_history_begins(history: str) -> None:
    own = "Thank you, that helps.\n\nBo\n\n"
    assert quote_start(own + history) == len(own)


@pytest.mark.parametrize(
    "text",
    [
        "Just words.",
        "> only a quote",
        "Bo wrote:\n> Is it cold?\nYes, very.\n> Since when?\nMonday.",
        "> Is it cold?\n\nYes.",
        "From: Hamburg\nTo: Bremen\nDate: 3 May\nPlease move our boiler.",
        "Please note:\nthe door is on the left.",
        "My report:\n1. cold\n2. wet",
        "",
    ],
)
def test_shows_everything_when_there_is_no_history_or_answers_stand_in_it(text: str) -> None:
    assert quote_start(text) is None


def test_a_signature_or_list_footer_below_the_quote_is_no_answer() -> None:
    for tail in ("-- \nBo", "_" * 40 + "\nhelp mailing list"):
        assert quote_start(f"Thanks\n\n> It is cold.\n{tail}") == 8


def test_html_quotes_are_found_in_the_text_made_of_them() -> None:
    html = b"<div>Thanks</div><div>On 2 March Ann wrote:<blockquote><p>It is <b>cold</b>.</p></blockquote></div>"
    mail = read_mail(letter(html, content_type="text/html"))
    text = mail.body_text or ""
    assert text[: mail.quote_start] == "Thanks\n"
    assert text[mail.quote_start :] == "On 2 March Ann wrote:\n\n> It is cold."


def test_the_snippet_is_the_beginning_of_ones_own_words() -> None:
    quoted = b"On 2 March 2026 Ann wrote:\n> It is cold.\n"
    assert read_mail(letter(b"Thank  you\nvery much.\n\n" + quoted)).snippet == "Thank you very much."
    assert read_mail(letter(b"> It is cold.\n\nYes.")).snippet == "Yes."
    assert len(read_mail(letter(b"word " * 200)).snippet) <= 280


def test_an_endless_text_is_searched_only_at_its_beginning() -> None:
    assert quote_start("word: " * 200_000 + "\n" + "line:\n" * 50_000) is None


def test_each_alternative_brings_its_own_text() -> None:
    plain = part("text/plain", b"Thanks\n\n> It is cold.")
    raw = multipart("alternative", [plain, part("text/html", b"<p>Thanks</p><blockquote>It is cold.</blockquote>")])
    assert read_mail(raw).quote_start == 8
