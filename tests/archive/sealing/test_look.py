"""How pages look is checked when a process starts, and its version says everything that decides about their bytes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.archive.sealing.cases import pages, words
from waypost.archive.sealing.compiling import PagesRefused
from waypost.archive.sealing.look import OURS, Look, LookRefused, check, template_version
from waypost.archive.sealing.preview import preview, sample
from waypost.archive.sealing.printing import print_directly
from waypost.archive.sealing.settings import SealingSettings
from waypost.archive.sealing.words import Words, known_languages
from waypost.archive.sealing.zones import is_zone, local

OWN = '#import "/parts.typ": articles, cover\n#let pages(case) = [\n#cover(case)\nOur own page.\n#articles(case)\n]\n'


@pytest.fixture
def own(tmp_path: Path) -> Look:
    """A template of one's own."""
    (tmp_path / "letter").mkdir()
    (tmp_path / "letter" / "template.typ").write_text(OWN, "utf-8")
    return Look(template="letter", templates_root=tmp_path, locale="en_GB")


@pytest.mark.parametrize("template", OURS)
def test_our_templates_work(template: str) -> None:
    check(Look(template=template))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"locale": "fr_FR"}, "locale fr_FR is not known; there are labels in de, en"),
        ({"locale": "de_DE.UTF-8"}, "is not known"),
        ({"zone": "Europe/Atlantis"}, "time zone Europe/Atlantis is not known"),
        ({"zone": "../etc/passwd"}, "is not known"),
        ({"zone": ""}, "is not known"),
        ({"template": "letter"}, "no template letter; ours are default, compact, minimal"),
        ({"template": "../default"}, "is no name of a template"),
        ({"template": "letter", "templates_root": Path("/nowhere")}, "has no file template.typ"),
    ],
)
def test_what_cannot_work_is_refused_by_name(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(LookRefused, match=sentence):
        check(replace(Look(), **change))


def test_the_version_follows_everything_that_decides(own: Look) -> None:
    usual = template_version(Look())
    assert usual == template_version(Look())
    assert usual.startswith("default-")
    changed = [Look(zone="UTC"), Look(locale="en_GB"), Look(template="compact"), Look(max_articles=5), own]
    assert len({usual, *map(template_version, changed)}) == 6
    before = template_version(own)
    assert own.templates_root is not None
    (own.templates_root / "letter" / "logo.txt").write_text("x")
    assert template_version(own) != before


def test_a_template_of_ones_own_prints_the_same_data(own: Look) -> None:
    said = words(print_directly(sample(), own)[0])
    assert "Ourownpage." in said
    assert "Article1·Heatingfails" in said
    assert "Proofsheet" in said


def test_a_preview_shows_it_and_a_mistake_is_told_in_the_engines_words(own: Look) -> None:
    assert "Our own page." in "\n".join(pages(preview(own)))
    assert own.templates_root is not None
    (own.templates_root / "letter" / "template.typ").write_text("#let pages(case) = case.nonsense")
    with pytest.raises(ValidationError, match=r"letter does not work.*nonsense"):
        SealingSettings(template_variant="letter", templates_root=own.templates_root)


def test_a_template_reads_nothing_outside_its_folder_and_fetches_nothing(own: Look) -> None:
    assert own.templates_root is not None
    for line in ('#read("/etc/passwd")', '#read("../../../../etc/passwd")', '#import "@preview/cetz:0.3.0"'):
        (own.templates_root / "letter" / "template.typ").write_text(f"{line}\n{OWN}")
        with pytest.raises(PagesRefused):
            print_directly(sample(), own)


def test_settings_have_their_documented_names_and_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SealingSettings().look() == Look()
    for name, value in {
        "PDF_TEMPLATE_VARIANT": "compact",
        "PDF_LOCALE": "en_GB",
        "PDF_TIMEZONE": "UTC",
        "PDF_MAX_ARTICLES": "7",
        "PDF_ARTICLE_LIMIT_MODE": "cap_and_continue",
        "PDF_MAX_ATTACHMENT_BYTES_PER_FILE": "1",
        "PDF_MAX_TOTAL_ATTACHMENT_BYTES": "2",
        "PDF_INCLUDE_ATTACHMENT_BINARY": "true",
    }.items():
        monkeypatch.setenv(name, value)
    assert SealingSettings().look() == Look("compact", "en_GB", "UTC", None, 7, "cap_and_continue", 1, 2)
    assert SealingSettings().include_attachment_binary
    monkeypatch.setenv("PDF__LOCALE", "de_AT")
    assert SealingSettings().locale == "de_AT"
    monkeypatch.setenv("PDF_ARTICLE_LIMIT_MODE", "sometimes")
    with pytest.raises(ValidationError):
        SealingSettings()


def test_languages_say_the_same_things() -> None:
    first, *others = (Words(language).all for language in known_languages())
    for other in others:
        assert other.keys() == first.keys()


def test_labels_take_any_value_as_it_is() -> None:
    assert Words("en")("omitted", what="{what} {n} \\1") == "Missing: {what} {n} \\1"


def test_hours_are_those_of_the_zone_all_year() -> None:
    at = sample().taken_at
    assert local(at, "Europe/Berlin") == "2026-01-07 09:30"
    assert local(at.replace(month=7), "Europe/Berlin") == "2026-07-07 10:30"
    assert local(at.replace(tzinfo=None), "UTC") == "2026-01-07 08:30"
    assert is_zone("America/Argentina/Buenos_Aires")
