"""Draws pages of the kit outside the app: the real environment, with the values that a person's page would carry."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import waypost
from waypost.platform.web.assets import Assets
from waypost.platform.web.kit import dressed, environment

PACKAGE = Path(waypost.__file__).parent
ASSETS = Assets()
ENV = environment(ASSETS, [PACKAGE])
BOB = SimpleNamespace(name="Bob Tanner", email="bob@acme.example", role="agent", org_name="Acme", initials="BT")
ROOMS = [("inbox", "/inbox", "inbox", "g i", 1204), ("archive", "/archive", "archive", "g a", None)]


def room(key: str, href: str, glyph: str, hint: str | None, count: int | None, *, active: bool) -> SimpleNamespace:
    """One item of the rail."""
    return SimpleNamespace(key=key, href=href, label=key.title(), icon=glyph, key_hint=hint, count=count, active=active)


def values(**more: Any) -> dict[str, Any]:
    """What the renderer gives to every page."""
    rail = [room(*each, active=each[0] == "inbox") for each in ROOMS]
    rail.append(room("search", "/search", "search", None, None, active=False))
    return {"me": BOB, "nav": rail, "csrf_token": "t0ken", "theme": "auto", "request_id": "r-1", **more}


def page(template: str, locale: str = "en", **more: Any) -> str:
    """A whole page."""
    return ENV.get_template(template).render(dressed(ENV, values(**more), locale))


def text(source: str, locale: str = "en", also: Mapping[str, Any] | None = None) -> str:
    """A piece of template, drawn with everything that a page has."""
    return ENV.from_string(source).render(dressed(ENV, values(**(also or {})), locale))
