"""The threading policy at its doors: read by everybody, decided by admins, written down, each organisation its own."""

import pytest
from sqlalchemy import select

from tests.ticketing.tickets.conftest import Office
from waypost.platform.access import MACHINE
from waypost.platform.audit.models import AuditLog
from waypost.ticketing.messages.queries import Policy, threading_policy

pytestmark = pytest.mark.anyio

DEFAULT = {"same_sender": "apart", "window_hours": 24, "inboxes_apart": False, "automatic_per_hour": 10}
FORM = {"accept": "text/html", "content-type": "application/x-www-form-urlencoded"}


async def test_programs_read_and_change_it(office: Office) -> None:
    cast, house = office.product.cast, office.product.house
    assert await office.get("/threading") == DEFAULT
    assert (await office.bob.patch("/threading", json={"window_hours": 2})).status_code == 403
    async with office.visit(cast.alice) as alice:
        changed = await alice.patch("/threading", json={"same_sender": "together", "window_hours": 2})
        assert changed.json() == DEFAULT | {"same_sender": "together", "window_hours": 2}
        assert (await alice.patch("/threading", json={})).json() == changed.json()
        for bad in ({"window_hours": 0}, {"same_sender": "maybe"}, {"automatic_per_hour": None}):
            assert (await alice.patch("/threading", json=bad)).status_code == 422
    async with office.visit(cast.mallory) as mallory:
        assert (await mallory.get("/threading", headers={"accept": "application/json"})).json() == DEFAULT
    async with house.works.open(cast.alice.org_id, MACHINE, reads=True) as work:
        chosen = select(AuditLog.detail).where(AuditLog.act == "threading.policy.updated")
        assert list(await work.db.scalars(chosen)) == [{"before": DEFAULT, "after": changed.json()}]


async def test_people_see_it_and_admins_decide(office: Office) -> None:
    page = await office.page("/threading")
    assert "A new ticket for each mail" in page and '<form method="post" action="/threading"' not in page
    typed = {"same_sender": "same_subject", "window_hours": "48", "inboxes_apart": "1", "automatic_per_hour": "5"}
    async with office.visit(office.product.cast.alice) as alice:
        assert (await alice.post("/threading", data=typed, headers=FORM)).headers["location"] == "/threading?saved=1"
        wrong = await alice.post("/threading", data=typed | {"window_hours": "soon"}, headers=FORM)
    assert (
        wrong.status_code == 422 and "between one hour and thirty days" in wrong.text and 'value="soon"' in wrong.text
    )
    works, org = office.product.house.works, office.product.cast.alice.org_id
    async with works.open(org, MACHINE, reads=True) as work:
        policy = await threading_policy(work.db)
    assert (policy.same_sender, policy.inboxes_apart, policy.automatic_per_hour) == ("same_subject", True, 5)
    assert policy.window == Policy().window * 2
