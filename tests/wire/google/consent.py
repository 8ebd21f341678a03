"""The stand-in's authorisation server: a page to sign in and agree, codes, tokens, revocation."""

import hashlib
import html
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from tests.wire.google.world import CLIENT, CLIENT_SECRET, Code, Granted, World

KEPT = ("client_id", "redirect_uri", "scope", "state", "code_challenge")


def world_of(request: Request) -> World:
    """The world behind the app."""
    world: World = request.app.state.world
    return world


async def page(request: Request) -> Response:
    """Sign in, tick what is allowed."""
    asked = request.query_params
    wrong = asked.get("client_id") != CLIENT or asked.get("response_type") != "code"
    if wrong or asked.get("access_type") != "offline" or asked.get("code_challenge_method") != "S256":
        return HTMLResponse("invalid_request", 400)
    hidden = "".join(f'<input type=hidden name="{n}" value="{html.escape(asked.get(n, ""))}">' for n in KEPT)
    boxes = "".join(
        f'<label><input type=checkbox name=allowed value="{html.escape(s)}" checked>{html.escape(s)}</label>'
        for s in asked.get("scope", "").split()
    )
    form = (
        f'<form method=post action="/consent">{hidden}<input name=email type=email>{boxes}<button>Allow</button></form>'
    )
    return HTMLResponse(f"<!doctype html><title>Sign in</title>{form}")


async def agree(request: Request) -> Response:
    """The browser goes back with a code, or with the word that nothing was allowed."""
    world, form = world_of(request), await request.form()
    redirect, state = str(form["redirect_uri"]), str(form["state"])
    if form.get("deny"):
        return RedirectResponse(f"{redirect}?{urlencode({'error': 'access_denied', 'state': state})}", 302)
    code = "4/" + secrets.token_urlsafe(16)
    allowed = tuple(str(one) for one in form.getlist("allowed"))
    world.codes[code] = Code(Granted(str(form["email"]), allowed), redirect, str(form["code_challenge"]))
    return RedirectResponse(f"{redirect}?{urlencode({'code': code, 'state': state})}", 302)


async def token(request: Request) -> Response:
    """Codes and refresh tokens become access tokens."""
    world, form = world_of(request), await request.form()
    if mood := world.mood("/token"):
        return JSONResponse({"error": mood.reason or "backend"}, mood.status, mood.headers)
    if (form.get("client_id"), form.get("client_secret")) != (CLIENT, CLIENT_SECRET):
        return JSONResponse({"error": "invalid_client"}, 401)
    if form.get("grant_type") == "refresh_token":
        return _refreshed(world, str(form.get("refresh_token")))
    code = world.codes.pop(str(form.get("code")), None)
    digest = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
    proof = urlsafe_b64encode(digest).rstrip(b"=").decode()
    if code is None or code.redirect != form.get("redirect_uri") or code.challenge != proof:
        return JSONResponse({"error": "invalid_grant", "error_description": "Bad Request"}, 400)
    said = _access(world, code.granted)
    if world.gives_refresh:
        said["refresh_token"] = world.grant(code.granted.address, code.granted.scopes)
    return JSONResponse(said)


def _refreshed(world: World, refresh_token: str) -> Response:
    granted = world.refresh.get(refresh_token)
    if granted is None:
        return JSONResponse({"error": "invalid_grant", "error_description": "Token has been revoked."}, 400)
    world.refreshes += 1
    return JSONResponse(_access(world, granted))


def _access(world: World, granted: Granted) -> dict[str, object]:
    words = {"token_type": "Bearer", "expires_in": world.token_life, "scope": " ".join(granted.scopes)}
    return {"access_token": world.give_access(granted), **words}


async def revoke(request: Request) -> Response:
    """A grant ends."""
    world, form = world_of(request), await request.form()
    granted = world.refresh.get(str(form.get("token")))
    if granted is None:
        return JSONResponse({"error": "invalid_token"}, 400)
    world.withdraw(granted.address)
    return JSONResponse({})
