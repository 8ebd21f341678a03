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
    """The labels of one language."""

    def __init__(self, language: str) -> None:
        self.all = _catalogue(language)

    def __call__(self, label: str, /, **values: object) -> str:
        """A label with its places filled. Values are put in as they are, even when they hold braces."""
        text: str = self.all[label]
        return re.sub(r"\{(\w+)\}", lambda place: str(values.get(place[1], place[0])), text)


@cache
def _catalogue(language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / f"labels.{language}.json").read_text("utf-8"))
    return found
