"""The organisation's language and zone: who may set them, what is refused, and that no other organisation changes."""

import httpx2
import pytest

from tests.cast import Cast, Player
from tests.platform.identity.manners import show, submit
from waypost.platform.access import MACHINE
from waypost.platform.audit.queries import lines

pytestmark = pytest.mark.anyio

PATH = "/organization"


async def told(browser: httpx2.AsyncClient, player: Player) -> tuple[str, str | None]:
    answer = (await browser.get(PATH, headers=player.headers)).json()
    assert answer["id"] == str(player.org_id)
    return answer["zone"], answer["locale"]


async def test_programs_set_one_or_both_and_leave_the_rest(browser: httpx2.AsyncClient, cast: Cast) -> None:
    alice = cast.alice
    before = await told(browser, cast.mallory)
    first = await browser.patch(PATH, json={"zone": "Asia/Tokyo", "locale": "de"}, headers=alice.headers)
    assert set(first.json()) == {"id", "name", "primary_domain", "zone", "locale"}
    assert await told(browser, cast.bob) == ("Asia/Tokyo", "de")
    await browser.patch(PATH, json={"zone": "Europe/Berlin"}, headers=alice.headers)
    assert await told(browser, alice) == ("Europe/Berlin", "de")
    await browser.patch(PATH, json={"locale": None}, headers=alice.headers)
    assert await told(browser, alice) == ("Europe/Berlin", None)
    assert await told(browser, cast.mallory) == before
    async with cast.desk.works.open(alice.org_id, MACHINE, reads=True) as work:
        said = [
            line.entry.detail for line in await lines(work.db, limit=50) if line.entry.act == "organization.changed"
        ]
    assert sorted(map(str, said)) == sorted(
        map(str, ({"zone": "Asia/Tokyo", "locale": "de"}, {"zone": "Europe/Berlin"}, {"locale": ""}))
    )


async def test_what_is_unknown_and_who_may_not_is_refused(browser: httpx2.AsyncClient, cast: Cast) -> None:
    before = await told(browser, cast.alice)
    wrong = ({"zone": "Europe/Nowhere"}, {"zone": "../UTC"}, {"zone": ""}, {"locale": "tlh"}, {"name": "Evil"})
    for body in wrong:
        assert (await browser.patch(PATH, json=body, headers=cast.alice.headers)).status_code == 422, body
    assert (await browser.patch(PATH, json={"zone": "Asia/Tokyo"}, headers=cast.bob.headers)).status_code == 403
    assert (await submit(browser, cast.bob, PATH, zone="Asia/Tokyo")).status_code == 403
    assert await told(browser, cast.alice) == before


async def test_people_do_it_by_form(browser: httpx2.AsyncClient, cast: Cast) -> None:
    done = await submit(browser, cast.alice, PATH, zone="America/New_York", locale="de")
    assert (done.status_code, done.headers["location"]) == (303, f"{PATH}?saved=true")
    page = await show(browser, cast.alice, f"{PATH}?saved=true")
    assert '<option value="America/New_York" selected>' in page.text and '<html lang="de"' in page.text
    wrong = await submit(browser, cast.alice, PATH, zone="Europe/Nowhere", locale="")
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.text
    seen = await show(browser, cast.bob, PATH)
    assert "America/New_York" in seen.text and f'action="{PATH}"' not in seen.text
