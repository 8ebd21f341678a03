"""The doors of identity and audit on the real shell, without other features."""

import httpx2
from fastapi import FastAPI

from waypost.platform.audit.api import api as audit_api
from waypost.platform.audit.pages import pages as audit_pages
from waypost.platform.identity.desk import Desk
from waypost.platform.identity.doors import DOORS
from waypost.platform.web.app import Shell, build
from waypost.platform.web.settings import WebSettings

HTML = {"accept": "text/html"}
HOME = "http://localhost:8000"


def small_app(desk: Desk) -> FastAPI:
    """An app with this desk, without limits of its own."""
    settings = WebSettings(rate_limit=0, rate_limit_session=0)
    shell = Shell(
        works=desk.works,
        resolve_caller=desk.resolve,
        features=[*DOORS, audit_api, audit_pages],
        settings=settings,
        csrf=desk.csrf(settings.origins),
    )
    app = build(shell)
    app.state.identity = desk
    return app


def client_of(app: FastAPI, *, peer: str = "127.0.0.1", host: str = HOME) -> httpx2.AsyncClient:
    """A caller at `peer` that asks for `host`."""
    transport = httpx2.ASGITransport(app=app, client=(peer, 50000))
    return httpx2.AsyncClient(transport=transport, base_url=host)
