"""The map of the house: all doors in one order that no feature has to think about, and what each declared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Match
from starlette.types import Scope

from waypost.platform.web.doors import Doors
from waypost.platform.web.guard import Guard, guard_of
from waypost.platform.web.pages import PageRoute, outline


class UndeclaredDoor(ValueError):
    """A route was made without `Doors` or `Pages`: nothing guards it."""


@dataclass(frozen=True, slots=True)
class Door:
    """One line of the map; `guard` says who may enter."""

    method: str
    path: str
    page: bool
    guard: Guard


def doors(app: FastAPI) -> list[Door]:
    """Every door of the app with its declaration, so that a test can knock on each as a stranger.

    Refuses a route that declares nothing with `UndeclaredDoor`.
    """
    return [door for context in iter_route_contexts(app.routes) for door in _lines(context.original_route)]


def ordered(features: Iterable[Doors]) -> list[APIRoute]:
    """The routes of all features: literal segments before parameters, pages before their twins for programs."""
    routes = [route for each in features for route in each.router.routes]
    for route in routes:
        if not isinstance(route, APIRoute) or guard_of(route) is None:
            raise UndeclaredDoor(str(route))
    return sorted((route for route in routes if isinstance(route, APIRoute)), key=_rank)


def twins(routes: Sequence[APIRoute]) -> frozenset[tuple[str, str]]:
    """Outline and method of every door for programs: there a page is invisible to them."""
    programs = [route for route in routes if not isinstance(route, PageRoute)]
    return frozenset((outline(route.path_format), method) for route in programs for method in _methods(route))


def methods_at(app: FastAPI, scope: Scope) -> set[str]:
    """All methods that the doors of one address take together, for `Allow` (RFC 9110, 15.5.6)."""
    found: set[str] = set()
    for route in app.state.routes:
        if APIRoute.matches(route, scope)[0] is not Match.NONE:
            found |= _methods(route)
    return found | ({"HEAD"} if "GET" in found else set())


def _lines(route: object) -> list[Door]:
    guard = guard_of(route) if isinstance(route, APIRoute) else None
    if guard is None or not isinstance(route, APIRoute):
        raise UndeclaredDoor(str(route))
    return [Door(method, route.path, isinstance(route, PageRoute), guard) for method in sorted(_methods(route))]


def _methods(route: APIRoute) -> set[str]:
    return route.methods or set()


def _rank(route: APIRoute) -> tuple[tuple[int, ...], bool]:
    return tuple(map(_openness, route.path.split("/"))), not isinstance(route, PageRoute)


def _openness(segment: str) -> int:
    """How much a segment swallows: a word, a word around a parameter, a typed one, any, any number of segments."""
    if "{" not in segment:
        return 0
    if not (segment.startswith("{") and segment.endswith("}")):
        return 1
    if segment.endswith(":path}"):
        return 4
    return 2 if ":" in segment else 3
