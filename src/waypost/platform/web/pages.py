"""Pages: a route plus a template beside its feature; a fragment is a block of that same template."""

import re
from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from waypost.platform.web.csrf import give_token
from waypost.platform.web.doors import Doors
from waypost.platform.web.guard import DoorRoute
from waypost.platform.web.reader import is_fragment, prefers_html


class Page(Response):
    """What a page door returns: htmx gets the named blocks; else 303 to `goto` after a write, or the whole page.

    `template` is a path below the package (`ticketing/tickets/inbox.html`). Values must be loaded already: the work is
    closed when the page is drawn.
    """

    media_type = "text/html"

    def __init__(
        self, template: str, *, blocks: tuple[str, ...] = (), goto: str | None = None, status: int = 200, **values: Any
    ) -> None:
        super().__init__(status_code=status)
        self.template, self.blocks, self.goto, self.values = template, blocks, goto, values

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Draw and send."""
        request = Request(scope, receive)
        answer = await self._answer(request)
        give_token(request, answer)
        own = {b"content-length", b"content-type", b"location"}
        answer.raw_headers += [(key, value) for key, value in self.raw_headers if key not in own]
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        fragment = is_fragment(request)
        if fragment and self.blocks:
            return HTMLResponse(await self._draw(request, self.blocks), self.status_code)
        if self.goto is not None:
            if fragment:
                return Response(status_code=204, headers={"HX-Redirect": self.goto})
            return RedirectResponse(self.goto, 303)
        hints = request.app.state.renderer.page_headers()
        return HTMLResponse(await self._draw(request, ()), self.status_code, hints)

    async def _draw(self, request: Request, blocks: tuple[str, ...]) -> str:
        text: str = await request.app.state.renderer.draw(request, self.template, blocks, self.values)
        return text


class PageRoute(DoorRoute):
    """Takes part only when the caller reads HTML, or when no program's door shares the address (two readers)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["include_in_schema"] = False
        super().__init__(*args, **kwargs)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As usual, but invisible to programs where a twin serves them."""
        match, child = super().matches(scope)
        if match is Match.NONE or prefers_html(scope):
            return match, child
        twins: frozenset[tuple[str, str]] = scope["app"].state.twins if "app" in scope else frozenset()
        return (Match.NONE, {}) if (outline(self.path_format), scope["method"]) in twins else (match, child)


class Pages(Doors):
    """A feature's doors for people (`pages.py`)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=PageRoute, default_response_class=HTMLResponse, **options)


@cache
def outline(path: str) -> str:
    """The path without the names of its parameters: `/tickets/{}`; what two readers of one address share."""
    return re.sub(r"\{[^}]*\}", "{}", path)
