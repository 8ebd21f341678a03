"""The labels of the pages, a small catalogue for each language beside the templates."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "templates"


def language_of(locale: str) -> str:
    """`de` of `de_DE`."""
    return re.split("[_-]", locale)[0].lower()


@cache
def known_languages() -> tuple[str, ...]:
    """Languages that have labels."""
    return tuple(sorted(path.name.split(".")[1] for path in _FOLDER.glob("labels.*.json")))


class Words:
    """The labels of one language, and what a snapshot says in our own words.

    A snapshot holds those in English, whatever its pages are printed in: it is data, and is compared as data. The pages
    say them in their language; what somebody else wrote stays as it was written.
    """

    def __init__(self, language: str) -> None:
        self.all = _catalogue(language)
        self._phrases = _patterns(language)
        self._changes = _starts(language)

    def __call__(self, label: str, /, **values: object) -> str:
        """A label with its places filled. Values are put in as they are, even when they hold braces."""
        return _filled(self.all[label], values)

    def phrase(self, text: str) -> str:
        """A sentence that our own code put into a snapshot; any other text as it is."""
        for pattern, said in self._phrases:
            if found := pattern.fullmatch(text):
                return _filled(said, {name: self.phrase(value) for name, value in found.groupdict().items()})
        return text

    def event(self, text: str) -> str:
        """A line of the history: a sentence of ours, or a change, as `state: open → closed`.

        Our own tickets say several at once (`Status: open → closed, Queue: A → B`); elsewhere a comma is a value's.
        """
        field, _, values = text.partition(": ")
        if values and field in self.all["attributes"]:
            return f"{self.all['attributes'][field]}: {values}"
        starts = [found.start() for found in self._changes.finditer(text)]
        if not starts or starts[0]:
            return self.phrase(text)
        ends = [*starts[1:], len(text)]
        return ", ".join(self._change(text[a:b].removesuffix(", ")) for a, b in zip(starts, ends, strict=True))

    def value(self, field: str, value: str) -> str:
        """A value that our own code knows by name, such as a ticket's status; any other as it is."""
        said: str = self.all["values"].get(field, {}).get(value, value)
        return said

    def _change(self, text: str) -> str:
        field, _, values = text.partition(": ")
        told = " → ".join(self.value(field, one) for one in values.split(" → "))
        return f"{self.all['changes'][field]}: {told}"


def _filled(text: str, values: dict[str, Any]) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: str(values.get(place[1], place[0])), text)


@cache
def _catalogue(language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / f"labels.{language}.json").read_text("utf-8"))
    return found


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What each phrase looks like with its places filled; a place for a number takes nothing else."""
    kinds = {"n": r"\d+"}
    found = []
    for phrase, said in _catalogue(language)["phrases"].items():
        pieces = re.split(r"\{(\w+)\}", phrase)
        places = [f"(?P<{name}>{kinds.get(name, '.+')})" for name in pieces[1::2]]
        texts = list(map(re.escape, pieces[::2]))
        whole = "".join(text + place for text, place in zip(texts, [*places, ""], strict=True))
        found.append((re.compile(whole, re.DOTALL), said))
    return tuple(found)


@cache
def _starts(language: str) -> re.Pattern[str]:
    """Where a change of a field begins: at the start, or behind the comma that ends another one."""
    names = "|".join(map(re.escape, _catalogue(language)["changes"]))
    return re.compile(rf"(?:^|(?<=, ))(?:{names}): ")
