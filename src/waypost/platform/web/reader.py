"""Which of the two readers asks: a person's browser or a program."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope


def prefers_html(scope: Scope) -> bool:
    """True for htmx, and when Accept names `text/html` with a quality above 0 and not below that of JSON."""
    headers = Headers(scope=scope)
    if headers.get("hx-request") == "true":
        return True
    qualities = _qualities(headers.get("accept", ""))
    html = qualities.get("text/html", 0.0)
    return html > 0 and html >= qualities.get("application/json", 0.0)


def is_fragment(request: Request) -> bool:
    """True when htmx asks for a part of a page; a boosted link asks for the whole."""
    return request.headers.get("hx-request") == "true" and not request.headers.get("hx-boosted")


def takes_problem(scope: Scope) -> bool:
    """False for a program that accepts `application/json` and says nothing of problems: it gets that media type."""
    qualities = _qualities(Headers(scope=scope).get("accept", ""))
    others = ("application/problem+json", "application/*", "*/*")
    return not qualities.get("application/json") or any(qualities.get(each) for each in others)


def _qualities(accept: str) -> dict[str, float]:
    found = {}
    for part in accept.split(","):
        media, *params = (piece.strip().lower() for piece in part.split(";"))
        weight = next((p[2:] for p in params if p.startswith("q=")), "1")
        try:
            found[media] = float(weight)
        except ValueError:
            found[media] = 0.0
    return found
