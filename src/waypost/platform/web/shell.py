"""Doors of the shell itself: assets, the page of patterns, the description of the interface."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from waypost.platform.errors import NotFound
from waypost.platform.web.assets import IMMUTABLE, Asset, Assets
from waypost.platform.web.doors import Doors
from waypost.platform.web.pages import Page, Pages

ASSETS = "/-/assets"

shell_doors = Doors(include_in_schema=False)


@shell_doors.get(ASSETS + "/{name}", public=True)
async def asset(name: str, request: Request) -> Response:
    """One asset under the name that carries its hash; browsers and proxies may keep it for ever."""
    assets: Assets = request.app.state.assets
    found = assets.get(name)
    if found is None:
        raise NotFound
    headers = {"Cache-Control": IMMUTABLE, "ETag": found.etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=304, headers=headers)
    return _packed(found, "gzip" in request.headers.get("accept-encoding", ""), headers)


@shell_doors.get("/openapi.json", member=True)
async def description(request: Request) -> JSONResponse:
    """All documented doors for programs, as OpenAPI 3.1."""
    told: dict[str, Any] = request.app.openapi()
    return JSONResponse(told)


def pattern_pages(*, public: bool) -> Pages:
    """`/-/patterns`: every component in every state; for members, and for everyone outside production."""
    pages = Pages()

    @pages.get("/-/patterns", public=public, member=not public)
    async def patterns() -> Page:
        """The kit, as features may use it."""
        return Page("patterns.html")

    return pages


settings_pages = Pages()


@settings_pages.get("/settings", member=True)
async def settings() -> Page:
    """What can be set up, as far as the person may."""
    return Page("settings.html")


def _packed(found: Asset, gzip: bool, headers: dict[str, str]) -> Response:
    if gzip:
        headers["Content-Encoding"] = "gzip"
    return Response(found.gzip if gzip else found.body, headers=headers, media_type=found.media_type)
