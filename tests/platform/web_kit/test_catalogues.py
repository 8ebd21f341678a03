"""Catalogues: every sentence of the sources stands in both languages, and nothing else does."""

from pathlib import Path

import pytest

from waypost.platform.web.catalogues import collected, kept, refusals, sentences, update
from waypost.platform.web.i18n import LOCALES

COMMAND = "run: python -m waypost.platform.web.catalogues"


@pytest.fixture(scope="module")
def found() -> set[tuple[str | None, str]]:
    """The sentences of the sources as they are now."""
    return set(sentences(collected()))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_catalogue_holds_what_the_sources_say(locale: str, found: set[tuple[str | None, str]]) -> None:
    known = set(sentences(kept(locale)))
    assert not found - known, COMMAND
    assert not known - found, COMMAND


def test_every_sentence_has_its_german() -> None:
    assert [sentence for sentence, done in sentences(kept("de")).items() if not done] == []


def test_translations_keep_their_placeholders() -> None:
    assert [(message.id, [str(each) for each in wrong]) for message, wrong in kept("de").check()] == []


def test_sentences_are_found_wherever_a_feature_keeps_its_templates(tmp_path: Path) -> None:
    feature = tmp_path / "module" / "feature"
    feature.mkdir(parents=True)
    (feature / "page.html").write_text('{{ ui.button(_("Do it")) }}{% trans %}Said\n plainly{% endtrans %}')
    (feature / "pages.py").write_text('title = _("Spoken in Python")\n')
    (feature / "actions.py").write_text(
        'class Late(Conflict):\n    """Too late."""\nclass Conflict(errors.Refusal): ...\n'
    )
    assert {said for _, said in sentences(collected(tmp_path))} == {
        "Do it",
        "Said plainly",
        "Spoken in Python",
        "Too late",
    }


def test_only_refusals_are_taken_for_refusals(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text('class Ticket(Base):\n    """A conversation."""\n')
    assert list(refusals(tmp_path)) == []


def test_collecting_twice_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("waypost.platform.web.catalogues.catalogue", lambda locale, ending: tmp_path / f"{locale}.po")
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.html").write_text('{{ _("Once") }}')
    missing = update("de", collected(source))
    before = (tmp_path / "de.po").read_bytes()
    assert update("de", collected(source)) == missing == 1
    assert (tmp_path / "de.po").read_bytes() == before
