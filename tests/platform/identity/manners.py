"""How people and programs behave in the tests of identity: they fill forms, keep passwords, read codes."""

import re
from collections.abc import Mapping

import httpx2
import pyotp

from tests.cast import Cast, Player
from tests.platform.identity.small_app import HTML
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.ids import new_secret

PASSWORD = "a quiet valve in the cellar"
SECRET = re.compile(r'data-copy="([A-Z2-7 ]{39})"')
CODE = re.compile(r"<code>([2-9a-z]{5}-[2-9a-z]{5})</code>")


async def give_password(cast: Cast, player: Player) -> None:
    """They have chosen one."""
    async with cast.desk.works.open(player.org_id, MACHINE) as work:
        hashed = await cast.desk.passwords.hash(PASSWORD)
        await lookups.set_password(work.db, player.person_id, hashed, for_once=False)


async def submit(browser: httpx2.AsyncClient, player: Player, path: str, **fields: str) -> httpx2.Response:
    """A form of a page, sent with the player's session."""
    data = {"csrf_token": player.csrf_token, **fields}
    return await browser.post(path, data=data, headers=player.headers | HTML)


async def show(browser: httpx2.AsyncClient, player: Player, path: str) -> httpx2.Response:
    """A page as the player sees it."""
    return await browser.get(path, headers=player.headers | HTML)


async def submit_as_stranger(
    browser: httpx2.AsyncClient, path: str, fields: Mapping[str, str] | None = None
) -> httpx2.Response:
    """A form sent by somebody without a session; cookies of the answer are kept by the browser as ever."""
    token = new_secret()
    browser.cookies.clear()
    headers = HTML | {"cookie": f"oss_csrf={token}"}
    return await browser.post(path, data={"csrf_token": token, **(fields or {})}, headers=headers)


async def set_up_factor(browser: httpx2.AsyncClient, cast: Cast, player: Player) -> tuple[pyotp.TOTP, list[str]]:
    """As a person does it: the app that makes their codes, and their recovery codes. They need a password."""
    await submit(browser, player, "/account/second-factor", current=PASSWORD)
    page = await show(browser, player, "/account/second-factor")
    found = SECRET.search(page.text)
    assert found is not None and "data:image/png;base64," in page.text, page.text
    app = pyotp.TOTP(found[1].replace(" ", ""))
    done = await submit(browser, player, "/account/second-factor/confirmation", code=app.at(cast.desk.works.clock()))
    codes = CODE.findall(done.text)
    assert len(codes) == 10, done.text
    return app, codes


def hidden(page: httpx2.Response, name: str) -> str:
    """What a form carries without showing it."""
    found = re.search(f'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]
