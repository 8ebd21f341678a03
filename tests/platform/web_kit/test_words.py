"""Languages: which one is picked, and how a sentence is said in it."""

import pytest

from tests.platform.web_kit.drawing import text
from waypost.platform.web.i18n import pick_locale, translations, words


@pytest.mark.parametrize(
    ("accepted", "chosen", "picked"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", None, "de"),
        ("fr,de;q=0.4,en;q=0.7", None, "en"),
        ("en;q=0.1, de", None, "de"),
        ("de;q=0", None, "en"),
        ("de;q=nonsense", None, "en"),
        ("fr", None, "en"),
        (None, None, "en"),
        ("en", "de", "de"),
        ("de", "xx", "de"),
        ("," * 9000, None, "en"),
    ],
)
def test_the_language_is_the_persons_else_the_browsers(accepted: str | None, chosen: str | None, picked: str) -> None:
    assert pick_locale(accepted, chosen) == picked


def test_a_sentence_is_said_in_german() -> None:
    assert words("de")["_"]("Sign in") == "Anmelden"


def test_one_word_differs_by_what_it_is_said_of() -> None:
    say = words("de")["pgettext"]
    assert (say("job state", "Done"), say("ticket status", "Open")) == ("Fertig", "Offen")


def test_a_language_that_does_not_ship_gets_english() -> None:
    assert translations("fr").gettext("Sign in") == "Sign in"


def test_what_strangers_wrote_is_escaped_inside_a_sentence() -> None:
    said = text("{{ _('to %(who)s', who=who) }}", "de", {"who": "<script>"})
    assert said == "an &lt;script&gt;"


def test_numbers_and_plurals_follow_the_language() -> None:
    source = "{{ number(1204) }} {{ ngettext('%(num)s message', '%(num)s messages', n) }}"
    assert text(source, "de", {"n": 1}) == "1.204 1 Nachricht"
    assert text(source, "en", {"n": 2}) == "1,204 2 messages"
