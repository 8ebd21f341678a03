"""Every documented name of sourcing is read, with its default and its range, and some test shows what it does."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from waypost.platform.settings import Group, names_of
from waypost.settings import GROUPS, BaseGroup, load, without_effect
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.runs.settings import RunSettings
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.sources.pausing import PauseTerms

TESTS = Path(__file__).parents[1]
SIDES: tuple[tuple[type[Group], ...], ...] = (GROUPS, (ScraperSettings,))
OURS = [group for group in GROUPS if group.__module__.startswith("waypost.sourcing.")]
UNSET = (None, "", ())


@dataclass(frozen=True, slots=True)
class Documented:
    """One line of `documented_settings.txt`."""

    side: int
    name: str
    default: str
    bounds: str
    proof: str

    @property
    def group(self) -> type[Group]:
        """Who reads it."""
        return next(group for group in SIDES[self.side] if self.name in read_by(group))

    @property
    def field(self) -> FieldInfo:
        """As it is declared."""
        return read_by(self.group)[self.name]

    def taken(self, said: Any) -> Any:
        """What becomes of a value in the environment; ValidationError where it is refused."""
        return TypeAdapter(self.field.rebuild_annotation()).validate_python(said)

    def refuses(self, said: Any) -> bool:
        """Whether it is."""
        try:
            self.taken(said)
        except ValidationError:
            return True
        return False


def read_by(group: type[Group]) -> dict[str, FieldInfo]:
    """Fields by every name that the environment knows them by."""
    return {known: field for name, field in group.model_fields.items() for known in names_of(field, name)}


def documented() -> Iterator[Documented]:
    """All lines; the scraper's stand after its headline."""
    side = 0
    for line in Path(__file__).with_name("documented_settings.txt").read_text("utf-8").splitlines():
        side = 1 if line.startswith("# The scraper") else side
        if line and not line.startswith("#"):
            yield Documented(side, *line.split())


ROWS = list(documented())


def test_each_is_read_and_its_default_is_the_documented_one() -> None:
    """All lines in one test, here and below: they are alike, and what differs is named."""
    assert [row for row in ROWS if not _is_default(row)] == []


def _is_default(row: Documented) -> bool:
    default = row.field.get_default(call_default_factory=True)
    return default in UNSET if row.default == "-" else bool(default == row.taken(row.default))


def test_each_is_taken_within_its_range_and_refused_beyond() -> None:
    assert [(row, wrong) for row in ROWS for wrong in _beyond(row)] == []


def _beyond(row: Documented) -> Iterator[str]:
    """What is not as documented about the range of one."""
    least, dots, most = row.bounds.partition("..")
    told = {name: float(bound) for name, bound in (("ge", least), ("le", most)) if dots and bound}
    said = {name: getattr(one, name) for one in row.field.metadata for name in ("ge", "le") if hasattr(one, name)}
    if told != said:
        yield f"the range is {said}"
    for name, step in (("ge", -1), ("le", 1)):
        if name in said and (row.taken(str(said[name])) != said[name] or not row.refuses(str(said[name] + step))):
            yield f"{name} does not hold"


def test_some_test_shows_what_each_does() -> None:
    shown = {row: row.proof.partition("::") for row in ROWS}
    missing = [row for row, (file, _, test) in shown.items() if test and test not in names_in(file)]
    assert missing == [] and all((TESTS / file).is_file() for file, _, _ in shown.values())


@cache
def names_in(file: str) -> frozenset[str]:
    """The tests of a file, by name."""
    found = ast.walk(ast.parse((TESTS / file).read_text("utf-8")))
    return frozenset(one.name for one in found if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_name_of_sourcing_is_missing_here() -> None:
    listed = {(row.side, row.name) for row in ROWS}
    ours = {(0, name) for group in OURS for name in read_by(group)} | {(1, name) for name in read_by(ScraperSettings)}
    assert ours - listed == set() and len(listed) == len(ROWS)


def test_what_has_nothing_left_to_do_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    idle = {names_of(group.model_fields[name], name)[0] for group in OURS for name in group.WITHOUT_EFFECT}
    for name in idle:
        monkeypatch.setenv(name, "2")
    assert {sentence.split()[0] for sentence in without_effect(load(tmp_path))} == idle


def test_what_has_an_effect_changes_what_is_made_of_it() -> None:
    """Each number of the API's groups arrives in the terms that doors and jobs are given."""
    for row in (row for row in ROWS if row.side == 0 and ".." in row.bounds and row.group in OURS):
        least, _, most = row.bounds.partition("..")
        other = next(bound for bound in (most, least, "7") if bound and row.taken(bound) != row.taken(row.default))
        one, two = (row.group.model_construct(**said) for said in ({}, {name_in(row): row.taken(other)}))
        assert terms_of(one) != terms_of(two), row.name


def name_in(row: Documented) -> str:
    """The field's own name."""
    return next(name for name, field in row.group.model_fields.items() if field is row.field)


def terms_of(group: Any) -> list[object]:
    """Everything that is made of a group."""
    if isinstance(group, RunSettings):
        return [group.terms(NotebookTerms(), PauseTerms(), "Default"), group.handover("https://home.example")]
    makers = (getattr(group, name, None) for name in ("terms", "rules", "pauses"))
    return [make() for make in makers if make] or [group]


def test_the_port_of_a_platform_is_the_weakest_word_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8081")
    assert BaseGroup().server_port == 8081
    monkeypatch.setenv("SERVER_PORT", "8082")
    assert BaseGroup().server_port == 8082
