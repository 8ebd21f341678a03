"""The developers' door in every environment there is: open only where everything says that this is no production."""

from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr
from starlette.requests import Request

from tests.cast import desk_for
from tests.fixtures import settings_for
from waypost.platform.identity.dev_login import NoSuchDoor, dev_door
from waypost.platform.work import Works
from waypost.settings import BaseGroup

ENVIRONMENTS = (None, "dev", "test", "prod")
BOTH = (True, False)
PEERS = {"127.0.0.1": True, "::1": True, "::ffff:127.0.0.1": True, "203.0.113.5": False, "unknown": False}
HOSTS = {"localhost:8000": True, "127.0.0.1": True, "desk.localhost": True, "desk.example": False, "10.0.0.7": False}


def environment(data: Path, named: str | None, *, loopback: bool, embedded: bool) -> str:
    """What the settings say of themselves (ruling: unset is production, unless listener and database are our own)."""
    url = None if embedded else SecretStr("postgresql://app@db.example/waypost")
    settings = settings_for(data, APP_ENV=named)
    base = BaseGroup.model_validate({"APP_ENV": named, "DATABASE_URL": url})
    return type(settings).env(SimpleNamespace(base=base, embedded=embedded), loopback=loopback)  # type: ignore[arg-type]  # only these two are asked


@pytest.mark.anyio
@pytest.mark.parametrize("allowed", BOTH)
async def test_every_environment(works: Works, data: Path, allowed: bool) -> None:
    opened = set()
    for named, loopback, embedded in product(ENVIRONMENTS, BOTH, BOTH):
        env = environment(data, named, loopback=loopback, embedded=embedded)
        settings = settings_for(data, ALLOW_DEV_LOGIN=allowed).identity
        desk = desk_for(works, settings, prod=env == "prod")
        if await is_open(request(desk)):
            opened.add((named, loopback, embedded))
    everywhere = {(env, *rest) for env in ("dev", "test") for rest in product(BOTH, BOTH)}
    assert opened == (everywhere | {(None, True, True)} if allowed else set())


@pytest.mark.anyio
async def test_every_caller(works: Works, data: Path) -> None:
    desk = desk_for(works, settings_for(data, ALLOW_DEV_LOGIN=True).identity)
    for (peer, is_near), (host, names_us) in product(PEERS.items(), HOSTS.items()):
        assert await is_open(request(desk, peer=peer, host=host)) is (is_near and names_us), (peer, host)
    for header in ("forwarded", "x-forwarded-for", "x-real-ip"):
        assert not await is_open(request(desk, header=header)), header


async def is_open(asked: Request) -> bool:
    """Whether the door is there at all."""
    try:
        await dev_door(asked)
    except NoSuchDoor:
        return False
    return True


def request(desk: object, *, peer: str = "127.0.0.1", host: str = "localhost", header: str | None = None) -> Request:
    """One that knocks."""
    headers = [(b"host", host.encode())] + ([(header.encode(), b"127.0.0.1")] if header else [])
    app = SimpleNamespace(state=SimpleNamespace(identity=desk))
    scope = {"type": "http", "headers": headers, "client": (peer, 50000), "scheme": "http", "path": "/", "app": app}
    return Request(scope | {"query_string": b"", "method": "POST"})
