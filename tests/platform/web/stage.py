"""A small house on the real shell: a handful of doors and people who are known by the cookie or key they send."""

import socket
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx2
from fastapi import FastAPI, Form
from pydantic import BaseModel, Field
from starlette.requests import Request

from waypost.platform.access import Role, keys_of, permission
from waypost.platform.db import Shards, connect
from waypost.platform.errors import Conflict, NotFound
from waypost.platform.ids import new_id
from waypost.platform.web.app import Shell, build
from waypost.platform.web.assets import Assets
from waypost.platform.web.caller import Caller
from waypost.platform.web.csrf import Csrf
from waypost.platform.web.doors import Doors
from waypost.platform.web.pages import Page, Pages
from waypost.platform.web.renderer import PACKAGE, Renderer
from waypost.platform.web.settings import WebSettings
from waypost.platform.work import Work, Works

WRITE = permission("tests.boxes.write", {Role.OWNER, Role.AGENT})
ACME, GLOBEX = new_id(), new_id()
TOKEN = "t" * 43
"""The CSRF token of every session here."""
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HTMX = {"hx-request": "true", "accept": "*/*"}
ALICE = {"cookie": "oss_session=alice"}
PROVEN = {**ALICE, "x-csrf-token": TOKEN}
VERA = {"cookie": "oss_session=vera", "x-csrf-token": TOKEN}
KEY = {"authorization": "Bearer alice"}


def person(name: str, role: Role, org: UUID = ACME) -> Caller:
    """Somebody with a session of their own."""
    return Caller(
        person_id=new_id(),
        org_id=org,
        role=role,
        keys=keys_of(role),
        session_id=new_id(),
        csrf_token=TOKEN,
        by_cookie=True,
        email=f"{name}@acme.example",
        name=f"{name.title()} Ames",
        org_name="Acme",
    )


PEOPLE = {"alice": person("alice", Role.OWNER), "vera": person("vera", Role.VIEWER)}
PEOPLE["mallory"] = person("mallory", Role.OWNER, GLOBEX)


async def resolve(request: Request) -> Caller | None:
    """A key wins over a cookie, as in the real house."""
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    if key in PEOPLE:
        return replace(PEOPLE[key], by_cookie=False)
    return PEOPLE.get(request.cookies.get("oss_session", ""))


class TaskIn(BaseModel):
    """What a door for programs takes."""

    limit: int = Field(gt=0)


class BoxIsShut(Conflict):
    """This box is shut."""

    code = "box_shut"


api, pages = Doors(), Pages()


@api.get("/boxes/{box_id}", member=True)
async def box_json(box_id: str) -> dict[str, str]:
    return {"box": box_id}


@pages.get("/boxes/{name}", member=True)
async def box_page(name: str) -> Page:
    return Page("box.html", blocks=("lid",), name=name)


@api.get("/boxes/first", public=True)
async def first_box() -> dict[str, str]:
    return {"box": "the first"}


@api.post("/boxes", needs=WRITE, status_code=201)
async def make_box(task: TaskIn) -> dict[str, int]:
    return {"limit": task.limit}


@pages.post("/boxes/{name}/lid", member=True)
async def put_lid(name: str, colour: Annotated[str, Form()] = "red") -> Page:
    return Page("box.html", blocks=("lid",), goto=f"/boxes/{name}", name=colour)


@pages.post("/boxes/{name}/removal", member=True)
async def remove(name: str) -> Page:
    return Page("box.html", goto="/boxes", name=name)


@api.delete("/boxes/{box_id}", member=True, status_code=204)
async def delete_box(box_id: str) -> None:
    if box_id == "shut":
        raise BoxIsShut
    if box_id == "none":
        raise NotFound
    raise RuntimeError(f"lid of {box_id} fell on carol@acme.example")


@api.post("/hooks", public=True, foreign=True)
async def hook(request: Request) -> dict[str, int]:
    return {"size": len(await request.body())}


@api.post("/uploads", public=True, foreign=True, body_limit=5000)
async def upload(request: Request) -> dict[str, int]:
    return {"size": len(await request.body())}


@pages.get("/welcome", public=True)
async def welcome() -> Page:
    return Page("box.html", name="welcome")


async def settle(_work: Work) -> None:
    """Nothing is told in these doors."""


def nowhere() -> Works:
    """Works for doors that never touch the database; the first touch would fail to connect."""
    return Works(Shards(connect("postgresql+psycopg://nobody@127.0.0.1:1/none")), settle)


def web(**named: object) -> WebSettings:
    """Settings as the environment would name them, free of this machine's own."""
    return WebSettings.model_validate({"MAX_BODY_BYTES": 1000, "RATE_LIMIT_PER_MINUTE": 0, **named})


def house(**more: object) -> FastAPI:
    """The app with the doors above; `more` goes to the shell."""
    given = {"works": nowhere(), "resolve_caller": resolve, "features": [api, pages], "settings": web(), **more}
    app = build(Shell(**{"csrf": Csrf(), "loopback": True, **given}))  # type: ignore[arg-type]  # named by the tests
    app.state.assets, app.state.renderer = drawing()
    return app


@cache
def drawing() -> tuple[Assets, Renderer]:
    """Assets and a renderer that all houses share: compiling the frame's templates takes longer than a test."""
    assets = Assets(prefix="/-/assets/")
    return assets, Renderer(assets, folders=[PACKAGE, Path(__file__).parent])


def visit(app: FastAPI, address: str = "198.51.100.7") -> httpx2.AsyncClient:
    """A client whose peer address is `address`."""
    transport = httpx2.ASGITransport(app=app, client=(address, 40000), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://acme.example")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
