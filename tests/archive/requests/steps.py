"""The named steps of a run, and how to be there when one is taken: death before or after a function of the product."""

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

R = "waypost.archive.requests."
STEPS: dict[str, tuple[str, str, bool]] = {
    "asked at the gate": (R + "reading", "begin", True),
    "first tag written": ("waypost.archive.sources.zammad.client:Zammad", "remove_tag", False),
    "case marked": (R + "reading", "begin", False),
    "case read": (R + "reading", "content_sha256", False),
    "snapshot kept": (R + "reading", "gather", False),
    "pages made": (R + "making", "render", False),
    "pages kept": (R + "making", "draw", False),
    "signature made": (R + "making", "_keep", True),
    "signature kept": (R + "making", "sign", False),
    "in the log": (R + "putting", "reserve", False),
    "files in place": ("waypost.archive.places.shelf:Shelf", "put", False),
    "places written down": (R + "putting", "put", False),
    "record confirmed": (R + "putting", "finish", False),
    "tags settled": ("waypost.archive.sources.origin", "note_of", True),
    "note written": ("waypost.archive.sources.zammad.client:Zammad", "note", False),
    "origin told": (R + "settling", "_tell", False),
}
"""Where it is, what it is called, and whether death comes before it."""


def arm(step: str, strike: Callable[[], None]) -> None:
    """Let `strike` fall when this process comes there first."""
    place, name, before = STEPS[step]
    module, _, owner = place.partition(":")
    home: Any = import_module(module)
    home = getattr(home, owner) if owner else home
    setattr(home, name, _around(getattr(home, name), strike, before=before))


def _around(function: Callable[..., Any], strike: Callable[[], None], *, before: bool) -> Callable[..., Any]:
    def struck() -> None:
        if before:
            strike()

    def after(answer: Any) -> Any:
        if not before:
            strike()
        return answer

    @wraps(function)
    async def awaited(*given: Any, **named: Any) -> Any:
        struck()
        return after(await function(*given, **named))

    @wraps(function)
    def direct(*given: Any, **named: Any) -> Any:
        struck()
        return after(function(*given, **named))

    from inspect import iscoroutinefunction

    return awaited if iscoroutinefunction(function) else direct
