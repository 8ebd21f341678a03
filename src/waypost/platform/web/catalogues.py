"""Catalogues kept complete: `python -m waypost.platform.web.catalogues` collects every sentence of the sources.

Developers run it after writing or changing a sentence, then fill in what is empty; a test refuses stale catalogues.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from waypost.platform.web.i18n import DOMAIN, FOLDER, LOCALES, catalogue

PACKAGE = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
NEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""The date in every catalogue's head: a constant, so that collecting twice changes nothing."""


def collected(package: Path = PACKAGE) -> Catalog:
    """Every sentence of the package's templates, Python files and refusals, as an empty catalogue."""
    found = Catalog(domain=DOMAIN, project="Waypost", charset="utf-8", creation_date=NEVER)
    with (FOLDER / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]  # babel leaves it untyped
    for name, _line, message, comments, context in extract_from_dir(
        package, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",)
    ):
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    for name, title in (*refusals(package), *rooms(package)):
        found.add(title, locations=[(name, 0)])
    return found


def rooms(package: Path) -> Iterator[tuple[str, str]]:
    """File and words of every room that is declared: its name, and what it says."""
    for path in sorted(package.rglob("*.py")):
        if "Room(" not in (code := path.read_text("utf-8")):
            continue
        calls = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id == "Room":
                words = {each.arg: each.value for each in call.keywords if each.arg in ("label", "group", "says")}
                for word in words.values():
                    if isinstance(word, ast.Constant) and word.value:
                        yield path.relative_to(package).as_posix(), str(word.value)


def refusals(package: Path) -> Iterator[tuple[str, str]]:
    """File and title of every refusal: the first line of its docstring is a sentence that people read."""
    files = {path: ast.parse(path.read_text("utf-8")) for path in sorted(package.rglob("*.py"))}
    classes = [
        (path, node) for path, code in files.items() for node in ast.walk(code) if isinstance(node, ast.ClassDef)
    ]
    tree = _descendants("Refusal", (node for _, node in classes))
    for path, node in classes:
        if node.name in tree and (words := ast.get_docstring(node)):
            yield path.relative_to(package).as_posix(), words.splitlines()[0].rstrip(".")


def _descendants(root: str, classes: Iterable[ast.ClassDef]) -> set[str]:
    bases = {node.name: {_last_name(base) for base in node.bases} for node in classes}
    tree = {root}
    while grown := {name for name, above in bases.items() if above & tree} - tree:
        tree |= grown
    return tree


def _last_name(base: ast.expr) -> str:
    return base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")


def kept(locale: str) -> Catalog:
    """The catalogue of a language as it lies in the sources; an empty one for a new language."""
    file = catalogue(locale, "po")
    if not file.exists():
        return Catalog(locale=locale, domain=DOMAIN, project="Waypost", charset="utf-8", creation_date=NEVER)
    with file.open("rb") as source:
        return read_po(source, locale=locale, domain=DOMAIN)


def sentences(of: Catalog) -> dict[tuple[str | None, str], bool]:
    """Every sentence of a catalogue by context and English, and whether it is translated."""
    return {(each.context, _english(each.id)): all(each.string or ("",)) for each in of if each.id}


def _english(identity: str | tuple[str, ...] | list[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def update(locale: str, found: Catalog) -> int:
    """Bring a language's catalogue up to the sources; returns how many sentences still lack a translation."""
    known = kept(locale)
    known.update(found, no_fuzzy_matching=True)
    known.obsolete.clear()
    known.creation_date = known.revision_date = NEVER
    file = catalogue(locale, "po")
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, known, sort_output=True, width=110, no_location=True, ignore_obsolete=True)
    return sum(not done for done in sentences(known).values())


if __name__ == "__main__":
    everything = collected()
    for language in LOCALES:
        missing = update(language, everything)
        sys.stdout.write(f"{language}: {len(sentences(everything))} sentences, {missing} without a translation\n")
