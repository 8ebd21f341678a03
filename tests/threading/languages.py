"""The languages of the corpus, as `languages.toml` has them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Language:
    """Subjects, sentences and the words mail programs put around them."""

    code: str
    subjects: list[str]
    sentences: list[str]
    topic: str
    away: str
    reply: str
    forward: str
    wrote: str
    passed_on: str


def _read() -> tuple[Language, ...]:
    found = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return tuple(Language(code, **words) for code, words in found.items())


LANGUAGES = _read()
