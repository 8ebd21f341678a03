"""Writes docs/configuration.md from the settings themselves, so that the reference cannot fall behind them."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from waypost.platform.settings import Group
from waypost.settings import GROUPS as HOUSE
from waypost.settings import OWN_NAMES
from waypost.sourcing.scraper.settings import ScraperSettings

GROUPS = (*HOUSE, ScraperSettings)
"""All of the house, and those of the process that stands apart from it."""
TARGET = Path(__file__).parents[1] / "docs" / "configuration.md"

OPENING = """\
# Configuration

Written by `make docs` from the settings in the code; do not edit it by hand.

Waypost reads environment variables, and a file `.env` in the working folder, which never overrides the environment.
A value set to nothing counts as unset. A **secret** may also be given as a file: `NAME_FILE=/run/secrets/name`.
A misspelt `WAYPOST_…` name, a value that does not fit, and in production a missing secret stop the start with one
sentence that names the setting. Where a row shows two names, both mean the same thing; the first one wins.
"""

BEFORE = {
    "WAYPOST_DATA": "The data folder, where `--data` does not name one. Unset: `/var/lib/waypost` for root, the user's"
    " own data folder for others.",
    "WAYPOST_PG_BIN": "A folder with `postgres` and `initdb` (17 or newer) for the embedded server, instead of the"
    " ones that come with Waypost.",
}
"""Names that are read before any settings group is."""
INWARD = frozenset({"WAYPOST_LEASH"})
"""How `waypost up` knows its own children; not for people."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One row: the documented name first, then its aliases."""

    names: tuple[str, ...]
    takes: str
    default: str
    meaning: str


def names() -> frozenset[str]:
    """Every name that an environment may use, aliases and `_FILE` twins included."""
    found = set(BEFORE)
    for variable in (each for group in GROUPS for each in variables(group)):
        found |= set(variable.names)
        if variable.takes == "secret":
            found |= {f"{name}_FILE" for name in variable.names}
    return frozenset(found)


def document() -> str:
    """The whole reference as Markdown."""
    return "\n".join([OPENING, *_before(), *(line for group in GROUPS for line in _section(group))])


def variables(group: type[Group]) -> Iterator[Variable]:
    """The settings of one group in the order of its class."""
    said = meanings(group)
    for name, field in group.model_fields.items():
        yield Variable(_names(name, field), _takes(field), _default(field), said.get(name, ""))


def meanings(group: type[Group]) -> dict[str, str]:
    """The docstring below each field of a class, on one line."""
    tree = ast.parse(dedent(inspect.getsource(group)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    found = {}
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            found[field.target.id] = " ".join(str(ast.literal_eval(after.value)).split())
    return found


def _before() -> Iterator[str]:
    assert set(BEFORE) | INWARD <= OWN_NAMES
    yield from ("## Before everything else", "", "| name | meaning |", "|---|---|")
    yield from (f"| `{name}` | {meaning} |" for name, meaning in BEFORE.items())
    yield ""


def _section(group: type[Group]) -> Iterator[str]:
    owner = group.__module__.removeprefix("waypost.").removesuffix(".settings").replace(".", "/")
    told = " ".join((group.__doc__ or "").split("\n\n")[0].split())
    yield from (f"## {'The installation' if owner == 'settings' else owner}", "", told, "")
    yield from ("| name | takes | default | meaning |", "|---|---|---|---|")
    for each in variables(group):
        known_as = "<br>".join(f"`{name}`" for name in each.names)
        yield f"| {known_as} | {each.takes} | {each.default} | {each.meaning} |"
    yield ""


def _names(name: str, field: FieldInfo) -> tuple[str, ...]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return tuple(str(choice) for choice in alias.choices)
    return (alias if isinstance(alias, str) else name.upper(),)


def _default(field: FieldInfo) -> str:
    value: Any = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if value is None or value in ("", ()):
        return "unset"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _takes(field: FieldInfo) -> str:
    kind = field.annotation
    if get_origin(kind) in (Union, UnionType):
        kind = next(each for each in get_args(kind) if each is not NoneType)
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    words = {bool: "`true`, `false`", SecretStr: "secret", Path: "path", str: "text"}
    if kind in (int, float):
        return _number(field)
    return words.get(kind, "list, by commas") if isinstance(kind, type) else "list, by commas"


def _number(field: FieldInfo) -> str:
    least = next((each.ge for each in field.metadata if hasattr(each, "ge")), None)
    above = next((each.gt for each in field.metadata if hasattr(each, "gt")), None)
    most = next((each.le for each in field.metadata if hasattr(each, "le")), None)
    lower = f"from {least}" if least is not None else f"above {above}" if above is not None else ""
    upper = f"to {most}" if most is not None else ""
    return " ".join(filter(None, ["number", lower, upper]))


def main() -> None:
    """Write the file; a test of the house refuses one that has fallen behind."""
    TARGET.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
