"""How a problem is told: JSON for programs, a page for people, a block for htmx, the way to sign-in for strangers."""

from urllib.parse import quote, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from waypost.platform.errors import NotSignedIn, Refusal
from waypost.platform.observe.logs import line
from waypost.platform.web.guard import guard_of
from waypost.platform.web.problems import Problem, problem_of
from waypost.platform.web.reader import is_fragment, prefers_html, takes_problem
from waypost.platform.web.renderer import Renderer
from waypost.platform.web.route_map import methods_at

SIGN_IN = "/sign-in"
BARE = "<!doctype html><html lang=en><meta charset=utf-8><title>Waypost</title><h1>{title}</h1><p>{id}</p></html>"
"""The page that stands when even the error page cannot be drawn; title and id are ours, so nothing needs escaping."""
REPORTED_FROM = 500

log = line("waypost.web")


async def answer_to(request: Request, error: Exception) -> Response:
    """The answer to a refusal or a fault; a fault is also reported to the log, without values in it."""
    problem = problem_of(error)
    if problem.status >= REPORTED_FROM:
        log.error("http.request.failed", status_code=problem.status, exc_info=error)
    if problem.status == 405:
        problem.headers["Allow"] = ", ".join(sorted(methods_at(request.app, request.scope)))
    if isinstance(error, NotSignedIn) and prefers_html(request.scope) and _guarded(request):
        return _to_sign_in(request)
    if isinstance(error, Refusal) and error.goto and prefers_html(request.scope):
        return _to(request, error.goto)
    return await told(request, problem)


async def told(request: Request, problem: Problem) -> Response:
    """The problem in the form that this reader takes."""
    if not prefers_html(request.scope):
        return _json(request, problem)
    if is_fragment(request):
        return await _block(request, problem)
    return HTMLResponse(await _drawn(request, "error.html", problem), problem.status, problem.headers)


def _json(request: Request, problem: Problem) -> Response:
    guard = guard_of(request.scope.get("route"))
    shape = guard.shape if guard and guard.shape else Problem.body
    told = shape(problem, request_id_of(request))
    request.state.refused_as = told.get("code")
    media = "application/problem+json" if takes_problem(request.scope) else "application/json"
    return Response(msgspec.json.encode(told), told.get("status", problem.status), problem.headers, media)


async def _block(request: Request, problem: Problem) -> Response:
    """Goes to the page's place for problems, wherever the request wanted its answer."""
    place = {"HX-Retarget": "#problems", "HX-Reswap": "innerHTML", "HX-Reselect": "unset"}
    text = await _drawn(request, "problem.html", problem)
    return HTMLResponse(text, problem.status, problem.headers | place)


async def _drawn(request: Request, template: str, problem: Problem) -> str:
    values = {"status": problem.status, "title": problem.title, "detail": problem.detail, "errors": problem.errors}
    renderer: Renderer = request.app.state.renderer
    try:
        text = await renderer.draw_problem(request, template, values)
    except Exception as error:
        log.error("http.problem.undrawn", exc_info=error)
        text = BARE.format(title=problem.title, id=request_id_of(request))
    return text


def _guarded(request: Request) -> bool:
    """A public door that says "not signed in" means wrong credentials: sending people round in circles helps nobody."""
    guard = guard_of(request.scope.get("route"))
    return guard is not None and not guard.public


def _to_sign_in(request: Request) -> Response:
    return _to(request, f"{SIGN_IN}?next={quote(_here(request), safe='/')}")


def _to(request: Request, target: str) -> Response:
    if is_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


def _here(request: Request) -> str:
    """The page to come back to: the address itself, or, for a change, the page that asked for it."""
    shown = request.url if request.method == "GET" and not is_fragment(request) else None
    asked = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer") or "/")
    path, query = (shown.path, shown.query) if shown else (asked.path or "/", asked.query)
    return f"/{path.lstrip('/')}{'?' + query if query else ''}"


def request_id_of(request: Request) -> str:
    """The id of this request, as every answer and every line of the log carries it."""
    found: str = request.scope.get("state", {}).get("request_id", "")
    return found
