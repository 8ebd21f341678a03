"""What templates find around them: the environment, the words of a language, icons, assets and components (`ui`)."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup

from waypost.platform.web.assets import Assets
from waypost.platform.web.i18n import words
from waypost.platform.web.icons import icon

HERE = Path(__file__).parent
DRAWN = 4_000
"""Pieces of pages kept for the next time they are asked for; a row of a list is about a kilobyte."""
_drawn: dict[tuple[object, ...], Markup] = {}


def environment(assets: Assets, folders: Iterable[Path] = ()) -> Environment:
    """The environment of all pages: escaping on, unknown names refused, `base.html` and `ui.html` found first.

    `folders` are further roots that templates are named from, such as the package's own folder.
    """
    roots = [HERE / "templates", *folders]
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(root) for root in roots]),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # set by the i18n extension, unknown to the stubs
    made.globals |= {"icon": icon, "asset": assets.url}
    return made


def dressed(env: Environment, values: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The page's values with its language's words and numbers, and `ui`, the components, bound to them.

    Give the answer to whole pages and to single blocks alike: a block rendered alone sees no import of its file.
    """
    dress: dict[str, Any] = {"locale": locale, "csrf_token": "", **words(locale), **values}
    dress["once"] = partial(_once, locale)
    dress["number"] = lambda count: format_decimal(count, locale=locale)
    dress["ui"] = env.get_template("ui.html").make_module(dress)
    return dress


def _once(locale: str, macro: Macro, *values: str | float) -> Markup:
    """What a macro draws of plain words and numbers, kept while it is wanted again.

    Only for macros that see nothing else of the page but its language. The least lately wanted go first.
    """
    key = (locale, macro.name, *values)
    found = _drawn.pop(key, None)
    if found is None:
        found = Markup(macro(*values))
        if len(_drawn) >= DRAWN:
            del _drawn[next(iter(_drawn))]
    _drawn[key] = found
    return found
