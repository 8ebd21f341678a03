"""The home page: what waits for one person, of every module, and only what is their business."""

import pytest
from sqlalchemy import update

from tests.fixtures import Product
from tests.house.test_questions import counted
from tests.sourcing.notebook.test_api import linked
from tests.ticketing.desk import MailDesk, mail
from waypost.platform.access import MACHINE
from waypost.platform.jobs.models import DeadGroup
from waypost.platform.storage.blobs import Blobs
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.watching.alerts.models import AlertState
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.actions import Change, change

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}
MOST = 8
"""Questions of the page, those that say who calls among them."""


async def fill(product: Product, number: int) -> None:
    """One more of everything for Alice, and an offer that Bob wants to look at again."""
    house, alice = product.house, product.cast.alice
    desk = MailDesk(house.works, alice.org_id, house.parts.of(Blobs))
    ticket_id, *_ = await desk.deliver(mail(f"home-{number}", "a@client.example", subject=f"<i>Door {number}</i>"))
    assert ticket_id is not None
    for who in (alice, product.cast.bob):
        (offer_id,) = await linked(product, who, title=f"Rigger of {who.name} {number}", scored=False)
        async with house.works.open(who.org_id, MACHINE) as work:
            await work.db.execute(
                update(UserJobOffer)
                .where(UserJobOffer.job_offer_id == offer_id)
                .values(follow_up_at=work.now, follow_up_note="Ring them")
            )
    async with house.works.open(alice.org_id, alice.actor) as work:
        ticket = await queries.by_id(work.db, ticket_id, for_update=True)
        await change(work, ticket, Change(assignee_user_id=alice.person_id))
        work.db.add(AlertState(rule="drift", subject=f"board-{number}", state="firing", fired_at=work.now))
        words = {"fingerprint": str(number), "type": "mail", "queue": "mail", "error": "No."}
        work.db.add(DeadGroup(**words, jobs=1, removed=0, first_at=work.now, last_at=work.now))


async def test_members_see_what_waits_and_nothing_that_is_not_theirs(product: Product) -> None:
    cast = product.cast
    async with product.visit(cast.vera, HTML) as vera:
        front = await vera.get("/")
        assert (front.status_code, front.headers["location"]) == (303, "/home")
        assert "Nothing waits for you" in (await vera.get("/home")).text
    asked = []
    for number in range(2):
        await fill(product, number)
        async with product.visit(cast.alice, HTML) as alice:
            with counted(product) as statements:
                shown = (await alice.get("/home")).text
            asked.append(len([one for one in statements if "identity_seen" not in one]))
    assert asked[0] == asked[1] <= MOST
    for words in ("&lt;i&gt;Door 1&lt;/i&gt;", "Rigger of Alice 1", "Ring them", "board-1", "2 jobs gave up"):
        assert words in shown, words
    assert "Rigger of Bob" not in shown and "Nothing waits" not in shown
    async with product.visit(cast.bob, HTML) as bob:
        shown = (await bob.get("/home")).text
    assert "Rigger of Bob 0" in shown and "Rigger of Alice" not in shown and "Door 0" not in shown
    assert "board-0" not in shown and "gave up" not in shown, "alerts and dead letters are for who runs the house"
    async with product.visit(cast.mallory, HTML) as mallory:
        assert "Nothing waits for you" in (await mallory.get("/home")).text
    async with product.visit(headers=HTML) as stranger:
        assert (await stranger.get("/home")).status_code == 303
        assert "Sign in" in (await stranger.get("/")).text
