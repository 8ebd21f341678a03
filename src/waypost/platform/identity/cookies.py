"""The two cookies of a browser, as documented: `oss_session` for us alone, `oss_csrf` readable by scripts."""

from starlette.requests import Request
from starlette.responses import Response

from waypost.platform.identity.desk import desk_of
from waypost.platform.identity.ways import local_path
from waypost.platform.web.csrf import csrf_of
from waypost.platform.web.pages import Page


def give_session(request: Request, response: Response, token: str) -> str:
    """Set both cookies of a fresh session; returns its CSRF token."""
    desk = desk_of(request)
    response.set_cookie(
        desk.settings.session_cookie_name,
        token,
        max_age=desk.settings.session_ttl_seconds,
        domain=desk.settings.cookie_domain,
        secure=desk.secure,
        httponly=True,
        samesite=desk.settings.cookie_samesite,
    )
    csrf_token = desk.tokens.csrf(token)
    csrf_of(request).set_cookie(response, csrf_token)
    never_store(response)
    return csrf_token


def welcome(request: Request, template: str, token: str, onward: str) -> Page:
    """The way on after a sign-in, with the cookies of the fresh session."""
    page = Page(template, goto=local_path(onward))
    give_session(request, page, token)
    return page


def clear(request: Request, response: Response) -> None:
    """Take both cookies back."""
    desk = desk_of(request)
    settings = desk.settings
    for name in (settings.session_cookie_name, settings.csrf_cookie_name):
        response.delete_cookie(
            name, domain=settings.cookie_domain, secure=desk.secure, samesite=settings.cookie_samesite
        )
    never_store(response)


def never_store(response: Response) -> None:
    """Answers that carry tokens are kept by nobody."""
    response.headers["cache-control"] = "no-store"
