"""What templates find around them: the environment, the words of a language, icons, assets and components (`ui`)."""

from collections.abc import Hashable, Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from waypost.platform.web.assets import Assets
from waypost.platform.web.drawn import Drawn
from waypost.platform.web.i18n import words
from waypost.platform.web.icons import icon

HERE = Path(__file__).parent
_drawn = Drawn()
_csrf_token: ContextVar[str] = ContextVar("waypost_csrf_token", default="")


class _CsrfToken:
    """In a component: the token of whichever page is drawn. Components are kept from page to page, tokens never."""

    def __html__(self) -> str:
        return escape(_csrf_token.get())

    def __str__(self) -> str:
        return _csrf_token.get()


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
        auto_reload=False,
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
    dress: dict[str, Any] = {"csrf_token": "", **_worded(locale), **values}
    _csrf_token.set(dress["csrf_token"])
    dress["ui"] = _components(env, locale, dress.get("theme"))
    dress["framed"] = partial(_framed, env, dress)
    return dress


@lru_cache(maxsize=8)
def _worded(locale: str) -> dict[str, Any]:
    """What a language alone decides."""
    dress = {"locale": locale, "once": partial(_once, locale)}
    dress["number"] = lambda count: format_decimal(count, locale=locale)
    return dress | words(locale)


@lru_cache(maxsize=16)
def _components(env: Environment, locale: str, theme: str | None) -> Any:
    """The components know nothing of a page but its language, its appearance and its token."""
    return env.get_template("ui.html").make_module(_worded(locale) | {"theme": theme, "csrf_token": _CsrfToken()})


def _framed(env: Environment, dress: dict[str, Any], part: str, *seen: Hashable) -> Markup:
    """A part of the frame, kept for pages that show the same: it may see nothing but its language and what is named."""
    return _drawn.get((dress["locale"], part, *seen), lambda: env.get_template(f"frame/{part}.html").render(dress))


def _once(locale: str, macro: Macro, *values: Hashable) -> Markup:
    """What a macro draws of words, numbers or a row of them, kept while it is wanted again.

    Only for macros that see nothing else of the page but its language.
    """
    return _drawn.get((locale, macro.name, *values), lambda: macro(*values))
