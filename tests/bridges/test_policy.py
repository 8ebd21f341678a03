"""What is kept of our own tickets: read by everybody, decided by admins, written down, each organisation its own."""

import pytest
from sqlalchemy import select

from tests.ticketing.tickets.conftest import FORM, Office
from waypost.archive.requests.policy.folders import BadPath, check, folders, one_folder
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog

pytestmark = pytest.mark.anyio

DEFAULT = {"keeps": "on_demand", "path": "{year}/{queue}", "with_notes": True}


async def test_programs_read_and_change_it(office: Office) -> None:
    cast, house = office.product.cast, office.product.house
    assert await office.get("/archive-policy") == DEFAULT
    assert (await office.bob.patch("/archive-policy", json={"keeps": "never"})).status_code == 403
    async with office.visit(cast.alice) as alice:
        changed = await alice.patch("/archive-policy", json={"keeps": "on_close", "path": "cases > {year}"})
        assert changed.json() == DEFAULT | {"keeps": "on_close", "path": "cases/{year}"}
        assert (await alice.patch("/archive-policy", json={})).json() == changed.json()
        for bad in ({"keeps": "maybe"}, {"path": ""}, {"path": "{secret}"}, {"path": "a//b"}, {"with_notes": None}):
            assert (await alice.patch("/archive-policy", json=bad)).status_code == 422, bad
    async with office.visit(cast.mallory) as mallory:
        assert (await mallory.get("/archive-policy", headers={"accept": "application/json"})).json() == DEFAULT
    async with house.works.open(cast.alice.org_id, MACHINE, reads=True) as work:
        chosen = select(AuditLog.detail).where(AuditLog.act == "archive.policy.updated")
        assert list(await work.db.scalars(chosen)) == [{"kind": "ticket", "before": DEFAULT, "after": changed.json()}]


async def test_people_see_it_and_admins_decide(office: Office) -> None:
    page = await office.page("/archive-policy")
    assert "When somebody asks for it" in page and '<form method="post" action="/archive-policy"' not in page
    async with office.visit(office.product.cast.alice) as alice:
        typed = {"keeps": "on_close", "path": "{requester}"}
        saved = await alice.post("/archive-policy", data=typed, headers=FORM)
        assert saved.headers["location"] == "/archive-policy?saved=1"
        wrong = await alice.post("/archive-policy", data=typed | {"path": "../{year}"}, headers=FORM)
    assert wrong.status_code == 422 and "one to ten parts" in wrong.text and 'value="../{year}"' in wrong.text
    assert await office.get("/archive-policy") == {"keeps": "on_close", "path": "{requester}", "with_notes": False}


@pytest.mark.parametrize(
    "path", ["{year.real}", "{year!r}", "{year:>99}", "{", "a/../b", "x" * 65, "/".join("abcdefghijk"), "a\\b"]
)
def test_a_path_is_words_and_known_places_only(path: str) -> None:
    with pytest.raises(BadPath):
        check(path)


def test_no_word_of_a_ticket_opens_another_folder() -> None:
    values = {"year": "2026", "queue": "../../etc/passwd", "requester": ".."}
    assert folders("{year}/{queue}/{requester}/x {month}", values) == ("2026", "..-..-etc-passwd", "_", "x _")
    assert one_folder("a" * 100 + "/") == "a" * 64
    assert one_folder(" \\ / ") == "- -" and one_folder(" ") == "_"
