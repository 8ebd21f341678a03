"""Draws pages of the kit outside the app: the real environment, with the values that a person's page would carry."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import waypost
from waypost.platform.web.assets import Assets
from waypost.platform.web.kit import dressed, environment
from waypost.platform.web.nav import RailItem
from waypost.platform.web.renderer import Me

PACKAGE = Path(waypost.__file__).parent
ASSETS = Assets()
ENV = environment(ASSETS, [PACKAGE])
BOB = Me(name="Bob Tanner", email="bob@acme.example", role="agent", org_name="Acme", initials="BT")
RAIL = (
    RailItem("inbox", "/inbox", "Inbox", "inbox", "g i", True),
    RailItem("archive", "/archive", "Archive", "archive", "g a", False),
    RailItem("search", "/search", "Search", "search", None, False),
    RailItem("members", "/members", "Members", "users", None, False, part_of="settings", says="Who belongs here."),
)


def values(**more: Any) -> dict[str, Any]:
    """What the renderer gives to every page."""
    return {"me": BOB, "nav": RAIL, "csrf_token": "t0ken", "theme": "auto", "request_id": "r-1", **more}


def page(template: str, locale: str = "en", **more: Any) -> str:
    """A whole page."""
    return ENV.get_template(template).render(dressed(ENV, values(**more), locale))


def text(source: str, locale: str = "en", also: Mapping[str, Any] | None = None) -> str:
    """A piece of template, drawn with everything that a page has."""
    return ENV.from_string(source).render(dressed(ENV, values(**(also or {})), locale))
