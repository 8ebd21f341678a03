"""Installations whose environment names a Zammad: one app for a file, an organisation and settings for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.archive.intake.knocker import FORMER, SECRET, TOKEN, Knocker
from tests.database import Logins
from tests.fixtures import house_on
from waypost.archive.intake.desk import IntakeDesk
from waypost.archive.intake.settings import IntakeSettings
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.settings import SourceSettings
from waypost.archive.sources.starting import stand_sources
from waypost.main.web import web_app
from waypost.platform.identity import lookups
from waypost.platform.ids import new_id
from waypost.platform.jobs.pokes import send_through

ZAMMAD = {
    "ZAMMAD_BASE_URL": "https://zammad.example",
    "ZAMMAD_API_TOKEN": "a token of the api",
    "WEBHOOK_HMAC_SECRET": SECRET,
    "WEBHOOK_HMAC_SECRET_PREVIOUS": FORMER,
    "ADMIN_BEARER_TOKEN": TOKEN,
}
SMALL = 2_000
"""Bytes of the largest body that the app of these tests takes."""
Install = Callable[..., Awaitable[Knocker]]


@pytest.fixture(scope="module")
async def building(logins: Logins, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Knocker]:
    """The app; its organisation is nobody's."""
    house = house_on(logins, tmp_path_factory.mktemp("intake"), MAX_BODY_BYTES=SMALL)
    app = web_app(house, loopback=True)
    yield Knocker(house, app, new_id())
    await app.state.identity.close()
    await house.close()
    send_through(None)


@pytest.fixture
async def install(building: Knocker, tmp_path: Path) -> Install:
    """Brings the app to the settings that a test names; "" takes one away. The organisation stays the test's own."""
    house, org = building.house, new_id()
    async with lookups.catalogue(house.works.shards) as db:
        await lookups.make_organisation(db, str(org), house.works.clock(), org=org)

    async def made(**named: object) -> Knocker:
        given = {name: value for name, value in (ZAMMAD | named).items() if value != ""}
        await stand_sources(house.works, house.parts.of(Zammads), SourceSettings.model_validate(given), str(org))
        desk = IntakeDesk(IntakeSettings.model_validate(given).terms(3), house.secrets.vault)
        desk.open(outside_prod=True)
        house.parts.add(desk)
        return Knocker(house, building.app, org)

    return made


@pytest.fixture
async def knocker(install: Install) -> Knocker:
    """The usual one."""
    return await install()
