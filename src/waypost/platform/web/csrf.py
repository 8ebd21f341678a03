"""CSRF: a change asked for with a browser's cookie must prove that one of our own pages asked.

The token of a session is bound to it and stable in it. Before sign-in it lives in a cookie alone and is compared with
the header or the form's field (double submit). Calls signed by a header carry no cookie and need no token.
"""

import re
from dataclasses import dataclass
from hmac import compare_digest
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from waypost.platform.errors import Forbidden
from waypost.platform.ids import new_secret
from waypost.platform.web.caller import caller_of

FIELD = "csrf_token"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class CsrfRefused(Forbidden):
    """This request does not prove that it comes from one of our pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Csrf:
    """Names and manner of the token, and the origins that may use it; made by the composition root."""

    cookie: str = "oss_csrf"
    header: str = "x-csrf-token"
    origins: frozenset[str] = frozenset()
    secure: bool = False
    samesite: Literal["lax", "strict", "none"] = "lax"
    domain: str | None = None
    max_age: int = 2_592_000

    def set_cookie(self, response: Response, token: str) -> None:
        """Give the browser a token; scripts may read it, unlike the session's cookie."""
        response.set_cookie(
            self.cookie,
            token,
            max_age=self.max_age,
            secure=self.secure,
            samesite=self.samesite,
            domain=self.domain,
            httponly=False,
        )


async def check_csrf(request: Request) -> None:
    """The dependency of every door that changes something, unless another system calls it (`foreign=True`)."""
    caller = await caller_of(request)
    if caller is not None and not caller.by_cookie:
        return
    if caller is None and "authorization" in request.headers:
        return
    csrf = csrf_of(request)
    _refuse_elsewhere(request, csrf.origins)
    expected = caller.csrf_token if caller else request.cookies.get(csrf.cookie, "")
    given = request.headers.get(csrf.header) or await _field(request)
    if not expected or not compare_digest(expected.encode(), given.encode()):
        raise CsrfRefused("The CSRF token is missing or wrong.")


async def token_for(request: Request) -> str:
    """The token that a page carries; a stranger's first one is new and goes with the answer (`give_token`)."""
    caller = await caller_of(request)
    if caller is not None:
        return caller.csrf_token
    known = request.cookies.get(csrf_of(request).cookie, "")
    if TOKEN.fullmatch(known):
        return known
    if not hasattr(request.state, "fresh_csrf_token"):
        request.state.fresh_csrf_token = new_secret()
    fresh: str = request.state.fresh_csrf_token
    return fresh


def give_token(request: Request, response: Response) -> None:
    """Set the cookie when the page that was drawn carries a new token."""
    fresh = getattr(request.state, "fresh_csrf_token", None)
    if fresh is not None:
        csrf_of(request).set_cookie(response, fresh)


def csrf_of(request: Request) -> Csrf:
    """The app's names and manner."""
    csrf: Csrf = request.app.state.csrf
    return csrf


def _refuse_elsewhere(request: Request, origins: frozenset[str]) -> None:
    """Browsers say where a request comes from; `null` is nowhere we know. Programs say nothing, and carry no cookie."""
    origin = request.headers.get("origin")
    if origin is not None:
        if urlsplit(origin).netloc != request.headers.get("host") and origin not in origins:
            raise CsrfRefused("The request comes from another site.")
    elif request.headers.get("sec-fetch-site", "none") in ("cross-site", "same-site"):
        raise CsrfRefused("The request comes from another site.")


async def _field(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith(FORMS):
        return ""
    value = (await request.form()).get(FIELD)
    return value if isinstance(value, str) else ""
