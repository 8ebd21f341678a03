"""Draws pages: the kit's environment, and around every template what this person on this request needs."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError
from jinja2_fragments import render_blocks
from starlette.requests import Request

import waypost
from waypost.platform.clock import Clock, utc_now
from waypost.platform.web.assets import Assets
from waypost.platform.web.caller import Caller, caller_of
from waypost.platform.web.csrf import token_for
from waypost.platform.web.i18n import pick_locale, translations
from waypost.platform.web.kit import dressed, environment
from waypost.platform.web.moments import telling
from waypost.platform.web.nav import Room, rail

PACKAGE = Path(waypost.__file__).parent


@dataclass(frozen=True, slots=True)
class Me:
    """The person on the page, as templates show them."""

    name: str
    email: str
    role: str
    org_name: str
    initials: str


class Renderer:
    """One for the app; thread-free and without state of a request."""

    def __init__(
        self,
        assets: Assets,
        rooms: Sequence[Room] = (),
        *,
        folders: Sequence[Path] = (PACKAGE,),
        clock: Clock = utc_now,
    ) -> None:
        self._rooms, self._clock = rooms, clock
        self._env: Environment = environment(assets, folders)
        self._speculation = assets.url("speculation.json")

    async def draw(self, request: Request, template: str, blocks: Sequence[str], values: Mapping[str, Any]) -> str:
        """The whole page, or the named blocks one after the other."""
        caller, locale = await caller_of(request), await self.locale(request)
        around = await self._around(request, caller, locale)
        dress = dressed(self._env, around | dict(values), locale)
        if blocks:
            return render_blocks(self._env, template, list(blocks), dress)
        return self._env.get_template(template).render(dress)

    def warm(self) -> None:
        """Compile every template of the house (about a second): nobody's first page waits for it.

        A broken one is left for the request that asks for it, which then says so.
        """
        for name in self._env.list_templates(extensions=["html"]):
            with suppress(TemplateError):
                self._env.get_template(name)

    async def locale(self, request: Request) -> str:
        """The language of the answer: the person's choice, else the browser's."""
        caller = await caller_of(request)
        return pick_locale(request.headers.get("accept-language"), caller.locale if caller else None)

    async def draw_problem(self, request: Request, template: str, values: Mapping[str, Any]) -> str:
        """The same for a problem: a caller who cannot be looked up is a stranger, and the words are translated."""
        await _settle_caller(request)
        translate = translations(await self.locale(request)).gettext
        words = {name: translate(value) if isinstance(value, str) else value for name, value in values.items()}
        return await self.draw(request, template, (), words)

    def page_headers(self) -> dict[str, str]:
        """What goes with every whole page: where browsers find the rules for fetching ahead."""
        return {"Speculation-Rules": f'"{self._speculation}"'}

    async def _around(self, request: Request, caller: Caller | None, locale: str) -> dict[str, Any]:
        translate = translations(locale).gettext
        return {
            "me": _me(caller) if caller else None,
            "nav": tuple(rail(self._rooms, caller, request.url.path, translate)),
            "csrf_token": await token_for(request),
            "theme": caller.theme if caller else "auto",
            "request_id": request.scope.get("state", {}).get("request_id", ""),
            "url": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            **telling(locale, caller.zone if caller else "UTC", self._clock()),
        }


async def _settle_caller(request: Request) -> None:
    with suppress(Exception):
        await caller_of(request)
    if not hasattr(request.state, "caller"):
        request.state.caller = None


def _me(caller: Caller) -> Me:
    words = (caller.name or caller.email).split()
    initials = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return Me(caller.name or caller.email, caller.email, caller.role.value, caller.org_name, initials)
