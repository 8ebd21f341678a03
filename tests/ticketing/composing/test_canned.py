"""Canned replies: checked when they are written, filled when they are used, shared by those who may."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ticketing.composing.writing import fields, form
from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import FORM, Office
from waypost.ticketing.replies.canned.filling import EXAMPLES, Person, UnknownPlace, fill, refuse_unknown

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}


async def test_written_used_changed_and_put_away(office: Office, sender: str) -> None:
    (ticket,) = await office.deliver(mail("1", "Anna Zeppelin <anna@client.example>"))
    assert "No texts yet" in await office.page("/canned-replies")
    body = "Dear {{requester.first_name}}, {{ ticket.code }} is mine. {{agent.name}}, {{organisation.name}}"
    made = await office.send("/canned-replies", name=" Mine ", body=body)
    assert made.status_code == 303, made.text
    canned = made.headers["location"].rpartition("/")[2]
    assert "Dear Ines, tkt-2fmk6p4q3a7zt5xe is mine. Bob Tanner, Acme" in await office.page(f"/canned-replies/{canned}")
    begun = await form(office, ticket) | {"body": "Hello."}
    used = await office.bob.post(f"/tickets/{ticket}/draft/text", data=begun | {"text": canned}, headers=FORM)
    code = (await office.get(f"/tickets/{ticket}"))["ticket"]["ticket_code"]
    assert fields(used.text)["body"] == f"Hello.\n\nDear Anna, {code} is mine. Bob, Acme"
    await office.send(f"/canned-replies/{canned}", name="Other", body="x")
    gone = await office.send(f"/canned-replies/{canned}/removal")
    listed = await office.page(gone.headers["location"])
    assert "No texts yet" in listed and f"/canned-replies/{canned}/restoration" in listed
    await office.send(f"/canned-replies/{canned}/restoration")
    assert "Other" in await office.page("/canned-replies")


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("", "x", "needs a name"),
        ("n" * 121, "x", "needs a name"),
        ("n", " ", "needs a text"),
        ("n", "{{requester.phone}}", "is not known; there are: ticket.code"),
        ("n", "{{ }}", "is not known"),
    ],
)
async def test_what_is_wrong_is_said_beside_it(office: Office, name: str, body: str, said: str) -> None:
    refused = await office.send("/canned-replies", name=name, body=body)
    assert refused.status_code == 422 and said in refused.text and "field-error" in refused.text
    assert "No texts yet" in await office.page("/canned-replies")


async def test_own_ones_are_own_and_only_admins_share(office: Office, globex: MailDesk) -> None:
    assert (await office.send("/canned-replies", name="Mine", body="x")).status_code == 303
    assert (await office.send("/canned-replies", name="mine", body="x")).status_code == 409
    refused = await office.send("/canned-replies", name="All", body="x", shared="true")
    assert refused.status_code == 403 and "Only an admin" in refused.text
    async with office.visit(office.product.cast.alice) as alice:
        assert "Mine" not in (await alice.get("/canned-replies", headers=HTML)).text
        shared = await alice.post("/canned-replies", data={"name": "All", "body": "y", "shared": "true"}, headers=FORM)
    there = shared.headers["location"]
    page = await office.page(there)
    assert "Everybody's" in page and re.search(r'message-text" dir="auto">y<', page)
    for act in ("", "/removal", "/restoration"):
        answer = await office.send(f"{there}{act}", name="Bob was here", body="z")
        assert answer.status_code == 403, act
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.get(there, headers=HTML)).status_code == 404
        assert "All" not in (await mallory.get("/canned-replies", headers=HTML)).text.partition("data-keep")[2]
    async with office.visit(office.product.cast.vera) as vera:
        assert (await vera.get("/canned-replies", headers=HTML)).status_code == 403


async def test_programs_keep_the_same_texts(office: Office, globex: MailDesk) -> None:
    (ticket,) = await office.deliver(mail("1", "Anna Zeppelin <anna@client.example>"))
    bob, body = office.bob, "Dear {{requester.first_name}}, {{organisation.name}}"
    made = await bob.post("/canned-replies", json={"name": " Mine ", "body": body})
    assert made.status_code == 201, made.text
    one = made.json()
    assert set(one) == {"id", "name", "body", "is_shared", "created_at", "updated_at"}
    assert (one["name"], one["is_shared"]) == ("Mine", False)
    here = f"/canned-replies/{one['id']}"
    assert await office.get(here) == one and "Mine" in await office.page("/canned-replies")
    assert (await bob.post("/canned-replies", json={"name": "mine", "body": "x"})).status_code == 409
    assert (await bob.post("/canned-replies", json={"name": "All", "body": "x", "is_shared": True})).status_code == 403
    tried = {"body": body, "ticket_id": ticket}
    assert (await bob.post("/canned-replies/preview", json=tried)).json() == {"text": "Dear Anna, Acme"}
    assert (await bob.post("/canned-replies/preview", json={"body": body})).json() == {"text": "Dear Ines, Acme"}
    assert (await bob.post("/canned-replies/preview", json={"body": "{{agent.salary}}"})).status_code == 422
    changed = await bob.patch(here, json={"name": "Other"})
    assert (changed.json()["name"], changed.json()["body"]) == ("Other", body)
    assert (await bob.patch(here, json={"body": None})).status_code == 422
    for player, status in ((office.product.cast.mallory, 404), (office.product.cast.alice, 404)):
        async with office.visit(player) as other:
            asked = (other.get(here), other.patch(here, json={"name": "x"}), other.delete(here))
            assert [(await one).status_code for one in asked] == [status] * 3
            assert (await other.get("/canned-replies")).json()["items"] == []
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.post("/canned-replies/preview", json=tried)).status_code == 404
    assert (await bob.delete(here)).status_code == 204 and (await bob.get(here)).status_code == 404
    assert (await bob.post(f"{here}/restoration")).json()["name"] == "Other"


async def test_programs_read_on_where_a_list_ends(office: Office) -> None:
    for n in range(3):
        assert (await office.bob.post("/canned-replies", json={"name": f"n{n}", "body": "x"})).status_code == 201
    first = await office.get("/canned-replies", limit=2)
    second = await office.get("/canned-replies", limit=2, cursor=first["next_cursor"])
    assert [one["name"] for one in (*first["items"], *second["items"])] == ["n2", "n1", "n0"]
    assert second["next_cursor"] is None and "requester.name" in first["places"]
    assert (await office.bob.get("/canned-replies", params={"cursor": "x"})).status_code == 422


def test_places_are_known_by_name() -> None:
    refuse_unknown(" ".join(f"{{{{{one}}}}}" for one in EXAMPLES) + " {single} {{{{")
    with pytest.raises(UnknownPlace, match=r"\{\{agent\.salary\}\} is not known"):
        refuse_unknown("{{ agent.salary }}")
    assert Person("", "anna@x").values("requester")["requester.first_name"] == "anna@x"


@given(st.text(max_size=60), st.text(alphabet="{} agent.nme", max_size=60))
def test_values_are_never_filled_again(value: str, text: str) -> None:
    once = fill(f"{text}{{{{agent.name}}}}", {"agent.name": value})
    assert value in once and fill("{{agent.name}}", {"agent.name": "{{agent.name}}"}) == "{{agent.name}}"
