"""Links that let somebody in once: who may make them, for whom, what they open, and that nobody uses them twice."""

from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import psycopg
import pytest

from tests.cast import Cast, enter
from tests.platform.identity.conftest import Hand
from tests.platform.identity.manners import (
    PASSWORD,
    give_password,
    set_up_factor,
    show,
    submit,
    submit_as_stranger,
)
from tests.platform.identity.small_app import HTML
from waypost.platform.access import MACHINE, Role
from waypost.platform.identity import lookups
from waypost.platform.identity.post import Letter, Occasion
from waypost.platform.ids import new_secret

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]


@dataclass
class Pillar:
    """A post box that keeps what is put into it."""

    letters: list[Letter] = field(default_factory=list)
    is_open: bool = True
    works: bool = True

    async def send(self, letter: Letter) -> bool:
        """Kept, or lost when it is broken."""
        self.letters += [letter] if self.works else []
        return self.works


async def test_a_newcomer_joins_once(browser: httpx2.AsyncClient, cast: Cast) -> None:
    said = await invited(browser, cast)
    assert set(said) == {"id", "email", "role", "org_role", "expires_at", "link"}
    path = path_of(said)
    page = await browser.get(path, headers=HTML)
    assert page.status_code == 200 and "Acme" in page.text and said["email"] in page.text
    assert (page.headers["referrer-policy"], page.headers["cache-control"]) == ("no-referrer", "no-store")
    short = await submit_as_stranger(browser, path, {"name": "Nora", "new_password": "short"})
    assert short.status_code == 422 and 'value="Nora"' in short.text
    done = await submit_as_stranger(browser, path, {"name": "Nora", "new_password": PASSWORD})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    me = (await browser.get("/me")).json()
    assert (me["user"]["email"], me["user"]["display_name"], me["org_role"]) == (said["email"], "Nora", "agent")
    assert (await submit_as_stranger(browser, path, {"new_password": PASSWORD})).status_code == 404
    assert (await browser.get(path, headers=HTML)).status_code == 404


async def test_a_link_ends_by_time_by_word_and_by_another(browser: httpx2.AsyncClient, cast: Cast, hand: Hand) -> None:
    first = await invited(browser, cast, email="nora@client.example")
    second = await invited(browser, cast, email="Nora@client.example ")
    assert (await browser.get(path_of(first), headers=HTML)).status_code == 404
    gone = await browser.delete(f"/invitations/{second['id']}", headers=cast.mallory.headers)
    assert gone.status_code == 404
    assert (await browser.delete(f"/invitations/{second['id']}", headers=cast.alice.headers)).status_code == 204
    assert (await browser.get(path_of(second), headers=HTML)).status_code == 404
    third = await invited(browser, cast)
    hand.move(days=7, seconds=1)
    assert (await browser.get(path_of(third), headers=HTML)).status_code == 404


async def test_only_a_hash_of_the_link_is_kept(browser: httpx2.AsyncClient, cast: Cast, owner: Owner) -> None:
    said = await invited(browser, cast)
    token = path_of(said).rpartition("/")[2]
    found = await owner.execute("select i::text from invitations i union all select a::text from admin_audit_logs a")
    stored = " ".join(str(row[0]) for row in await found.fetchall())
    assert len(token) == 43 and token not in stored and said["email"] in stored
    listed = await browser.get("/invitations", headers=cast.alice.headers)
    assert token not in listed.text and [one["email"] for one in listed.json()] == [said["email"]]
    assert (await browser.get("/invitations", headers=cast.mallory.headers)).json() == []


async def test_who_invites_and_as_what(browser: httpx2.AsyncClient, cast: Cast) -> None:
    async with cast.desk.works.open(cast.alice.org_id, MACHINE) as work:
        adam = await enter(cast.desk, work, "Adam", Role.ADMIN)
    body = {"email": "nora@client.example", "role": "owner"}
    for who, status in ((cast.bob, 403), (cast.vera, 403), (adam, 403), (cast.alice, 201)):
        assert (await browser.post("/invitations", json=body, headers=who.headers)).status_code == status
    for email, status in (("no address", 422), (cast.bob.email, 409)):
        answer = await browser.post("/invitations", json={"email": email, "role": "agent"}, headers=adam.headers)
        assert answer.status_code == status


async def test_an_account_that_stands_is_not_given_away(browser: httpx2.AsyncClient, cast: Cast) -> None:
    """Whoever may invite could else take over anybody's account by inviting them."""
    await give_password(cast, cast.bob)
    answer = await browser.post(
        "/invitations", json={"email": cast.bob.email, "role": "admin"}, headers=cast.mallory.headers
    )
    path = path_of(answer.json())
    page = await browser.get(path, headers=HTML)
    assert "There is an account with this address already" in page.text and 'name="new_password"' not in page.text
    taken = await submit_as_stranger(browser, path, {"name": "Eve", "new_password": "mine now, all of it"})
    assert taken.status_code == 409
    assert (await submit(browser, cast.vera, path)).status_code == 409, "it is not for Vera"
    assert (await submit(browser, cast.bob, path)).headers["location"] == "/"
    me = (await browser.get("/me", headers=cast.bob.headers)).json()
    assert (me["organization"]["name"], me["org_role"]) == ("Globex", "admin")
    async with lookups.catalogue(cast.desk.works.shards) as db:
        login = await lookups.login_of(db, cast.bob.person_id)
    assert login is not None and await cast.desk.passwords.check(login.password_hash, PASSWORD)


async def test_letters_leave_where_there_is_a_post(browser: httpx2.AsyncClient, cast: Cast) -> None:
    cast.desk.post = post = Pillar()
    assert (await invited(browser, cast))["link"] is None
    assert [(one.occasion, one.org_name) for one in post.letters] == [(Occasion.INVITATION, "Acme")]
    post.works = False
    assert str((await invited(browser, cast))["link"]).startswith("http://localhost:8000/join/")


async def test_the_page_shows_a_link_once(browser: httpx2.AsyncClient, cast: Cast) -> None:
    page = await submit(browser, cast.alice, "/invitations", email="nora@client.example", role="viewer")
    assert page.status_code == 200 and "/join/" in page.text and page.headers["cache-control"] == "no-store"
    again = await show(browser, cast.alice, "/members")
    assert "/join/" not in again.text and "nora@client.example" in again.text
    wrong = await submit(browser, cast.alice, "/invitations", email="nobody", role="viewer")
    assert wrong.status_code == 422 and "This is not an e-mail address." in wrong.text


async def test_a_link_for_a_new_password(browser: httpx2.AsyncClient, cast: Cast) -> None:
    await give_password(cast, cast.bob)
    page = await submit(browser, cast.alice, f"/members/{cast.bob.person_id}/password-link")
    path = page.text.partition("http://localhost:8000")[2].partition('"')[0]
    assert path.startswith("/password/")
    form = await browser.get(path, headers=HTML)
    assert form.status_code == 200 and cast.bob.email in form.text
    assert (await submit_as_stranger(browser, path, {"new_password": "short"})).status_code == 422
    done = await submit_as_stranger(browser, path, {"new_password": "another valve altogether"})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert (await browser.get("/me")).json()["user"]["email"] == cast.bob.email
    assert (await browser.get("/me", headers=cast.bob.headers)).status_code == 401, "all other sessions ended"
    assert (await browser.get(path, headers=HTML)).status_code == 404


async def test_a_link_for_a_new_password_is_no_way_around_the_second_factor(
    browser: httpx2.AsyncClient, cast: Cast
) -> None:
    await give_password(cast, cast.bob)
    await set_up_factor(browser, cast, cast.bob)
    answer = await browser.post(f"/members/{cast.bob.person_id}/password-link", headers=cast.alice.headers)
    done = await submit_as_stranger(browser, path_of(answer.json()), {"new_password": "another valve altogether"})
    assert done.status_code == 200 and 'name="challenge"' in done.text and "set-cookie" not in done.headers


async def test_whose_account_others_rely_on_too_gets_no_link_from_an_admin(
    browser: httpx2.AsyncClient, cast: Cast
) -> None:
    async with cast.desk.works.open(cast.mallory.org_id, MACHINE) as work:
        await lookups.join(work.db, work.org, cast.bob.person_id, Role.VIEWER, work.now)
    for who in (cast.alice, cast.mallory):
        answer = await browser.post(f"/members/{cast.bob.person_id}/password-link", headers=who.headers)
        assert answer.status_code == 403


async def test_forgotten_passwords_are_asked_for_by_mail(browser: httpx2.AsyncClient, cast: Cast) -> None:
    await give_password(cast, cast.bob)
    assert "Ask an admin" in (await browser.get("/forgotten-password", headers=HTML)).text
    cast.desk.post = post = Pillar()
    answers = []
    for email in (f" {cast.bob.email.upper()}", "nobody@client.example", "no address"):
        answer = await submit_as_stranger(browser, "/forgotten-password", {"email": email})
        answers.append((answer.status_code, answer.headers["location"]))
    assert answers == [(303, "/forgotten-password?asked=true")] * 3
    await cast.desk.close()
    assert [(one.to, one.occasion) for one in post.letters] == [(cast.bob.email, Occasion.NEW_PASSWORD)]
    path = post.letters[0].link.removeprefix("http://localhost:8000")
    assert (await submit_as_stranger(browser, path, {"new_password": "yet another valve"})).status_code == 303


async def test_asking_for_links_is_counted(browser: httpx2.AsyncClient, cast: Cast) -> None:
    cast.desk.post, email = Pillar(), f"{new_secret()}@client.example"
    said = [(await submit_as_stranger(browser, "/forgotten-password", {"email": email})).status_code for _ in range(11)]
    assert said == [303] * 10 + [429]


def test_letters_do_not_print_their_link() -> None:
    letter = Letter("nora@client.example", Occasion.INVITATION, "https://here/join/secret", "Acme")
    assert "secret" not in repr(letter) and "secret" not in repr(replace(letter, locale="de"))


async def invited(browser: httpx2.AsyncClient, cast: Cast, email: str | None = None) -> dict[str, Any]:
    """Alice invites somebody as an agent; what her program is told."""
    body = {"email": email or f"{new_secret()[:9].lower()}@client.example", "role": "agent"}
    answer = await browser.post("/invitations", json=body, headers=cast.alice.headers)
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


def path_of(said: dict[str, Any]) -> str:
    """Where a link leads, without our own address."""
    return str(said["link"]).removeprefix("http://localhost:8000")
