"""What templates find around them: the environment, the words of a language, icons, assets and components (`ui`)."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from waypost.platform.web.assets import Assets
from waypost.platform.web.i18n import words
from waypost.platform.web.icons import icon

HERE = Path(__file__).parent


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
    dress["number"] = lambda count: format_decimal(count, locale=locale)
    dress["ui"] = env.get_template("ui.html").make_module(dress)
    return dress
