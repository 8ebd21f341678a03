"""Sign-in with a real OpenID provider: who comes in, as whom, and who does not."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx2
import psycopg
import pytest
from pydantic import SecretStr

from tests.cast import Cast, desk_for
from tests.platform.identity.conftest import Hand
from tests.platform.identity.manners import give_password, set_up_factor
from tests.platform.identity.small_app import HTML, client_of, small_app
from tests.wire.identity_provider import IdentityProvider, identity_provider
from waypost.platform.access import MACHINE, Role
from waypost.platform.identity import lookups
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.ids import new_secret
from waypost.platform.settings import SettingRefused

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]
START = "/auth/oidc/start"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """One for all tests of this file."""
    with identity_provider() as running:
        yield running


@pytest.fixture
def linked(cast: Cast, provider: IdentityProvider) -> Iterator[Cast]:
    """The cast, with a desk that knows the provider."""
    settings = IdentitySettings(
        oidc_issuer=provider.issuer,
        oidc_client_id="waypost",
        oidc_client_secret=SecretStr("a secret"),
        oidc_name="Keys",
    )
    desk = desk_for(cast.desk.works, settings)
    desk.tokens = cast.desk.tokens
    yield replace(cast, desk=desk)


@pytest.fixture
async def visitor(linked: Cast) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser at an app with single sign-on."""
    async with client_of(small_app(linked.desk)) as client:
        yield client
    await linked.desk.close()


async def test_a_member_comes_in_by_a_verified_address(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider
) -> None:
    form = await visitor.get("/sign-in?next=/account", headers=HTML)
    assert f'href="{START}?next=/account"' in form.text and "Sign in with Keys" in form.text
    subject = somebody(provider, email=linked.bob.email.upper(), email_verified=True)
    done = await visit(visitor, provider, subject, f"{START}?next=/account")
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert (await visitor.get("/me")).json()["user"]["id"] == str(linked.bob.person_id)
    page = await visitor.get("/account", headers=HTML)
    assert "Single sign-on" in page.text
    provider.knows(subject, {"email": "bob@elsewhere.example", "email_verified": False})
    again = await visit(visitor, provider, subject)
    assert again.headers["location"] == "/"
    me = (await visitor.get("/me")).json()
    assert me["user"]["id"] == str(linked.bob.person_id), "subject counts from then on, not the address"


@pytest.mark.parametrize("verified", [False, None])
async def test_an_unverified_address_opens_nothing(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider, verified: bool | None
) -> None:
    claims = {"email": linked.bob.email} | ({} if verified is None else {"email_verified": verified})
    assert await problem(visitor, provider, somebody(provider, **claims)) == "address-unverified"
    assert (await visitor.get("/me")).status_code == 401


async def test_nobody_is_made_by_an_address_alone(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider, owner: Owner
) -> None:
    email = f"{new_secret()[:9].lower()}@client.example"
    subject = somebody(provider, email=email, email_verified=True)
    assert await problem(visitor, provider, subject) == "nobody-here"
    found = await owner.execute("select count(*) from people where email = %s", (email,))
    assert await found.fetchone() == (0,)
    page = await visitor.get("/sign-in?problem=nobody-here", headers=HTML)
    assert page.status_code == 200 and "Ask someone to invite you." in page.text


async def test_an_invitation_that_waits_makes_a_member_but_no_admin(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider
) -> None:
    email = await invited(visitor, linked, "agent")
    subject = somebody(provider, email=email, email_verified=True, name="Nora Client")
    assert (await visit(visitor, provider, subject)).headers["location"] == "/"
    me = (await visitor.get("/me")).json()
    assert (me["user"]["email"], me["user"]["display_name"], me["org_role"]) == (email, "Nora Client", "agent")
    visitor.cookies.clear()
    boss = await invited(visitor, linked, "admin")
    subject = somebody(provider, email=boss, email_verified=True)
    assert await problem(visitor, provider, subject) == "nobody-here"


async def test_the_link_of_an_invitation_may_make_an_admin(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider
) -> None:
    email = f"{new_secret()[:9].lower()}@client.example"
    answer = await visitor.post("/invitations", json={"email": email, "role": "admin"}, headers=linked.alice.headers)
    token = answer.json()["link"].rpartition("/")[2]
    page = await visitor.get(f"/join/{token}", headers=HTML)
    assert f'href="{START}?invitation={token}"' in page.text
    other = somebody(provider, email="somebody@else.example", email_verified=True)
    assert await problem(visitor, provider, other, f"{START}?invitation={token}") == "nobody-here"
    subject = somebody(provider, email=email, email_verified=True)
    assert (await visit(visitor, provider, subject, f"{START}?invitation={token}")).headers["location"] == "/"
    assert (await visitor.get("/me")).json()["org_role"] == "admin"
    assert (await visitor.get(f"/join/{token}", headers=HTML)).status_code == 404


async def test_a_state_works_once_in_its_own_browser_for_ten_minutes(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider, hand: Hand
) -> None:
    subject = somebody(provider, email=linked.bob.email, email_verified=True)
    back = await there_and_back(visitor, provider, subject)
    kept = visitor.cookies.get("oss_visit")
    visitor.cookies.clear()
    assert await told(visitor, back) == "visit-unknown", "another browser"
    assert await told(visitor, back, f"oss_visit={new_secret()}") == "visit-unknown"
    first = await visitor.get(back, headers=HTML | {"cookie": f"oss_visit={kept}"})
    assert first.headers["location"] == "/"
    visitor.cookies.clear()
    assert await told(visitor, back, f"oss_visit={kept}") == "visit-unknown", "a second time"
    late = await there_and_back(visitor, provider, subject)
    hand.move(minutes=10, seconds=1)
    assert await told(visitor, late) == "visit-unknown"


async def test_state_and_verifier_are_not_stored(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider, owner: Owner
) -> None:
    start = await visitor.get(START, headers=HTML)
    cookie = start.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/auth/oidc" in cookie
    sent = parse_qs(urlsplit(start.headers["location"]).query)
    found = await owner.execute("select v::text from provider_visits v")
    stored = " ".join(str(row[0]) for row in await found.fetchall())
    secret = visitor.cookies.get("oss_visit", path="/auth/oidc")
    assert secret and not [one for one in (sent["state"][0], sent["nonce"][0], secret) if one in stored]


async def test_another_issuer_or_a_refusal_is_told(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider
) -> None:
    subject = somebody(provider, email=linked.bob.email, email_verified=True)
    back = await there_and_back(visitor, provider, subject)
    assert await told(visitor, f"{back}&iss=https://evil.example") == "provider-refused"
    start = await visitor.get(START, headers=HTML)
    denied = local(provider.deny(start.headers["location"]))
    assert "error=access_denied" in denied and await told(visitor, denied) == "visit-unknown"


async def test_the_second_factor_is_asked_after_the_provider(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider
) -> None:
    await give_password(linked, linked.bob)
    await set_up_factor(visitor, linked, linked.bob)
    visitor.cookies.clear()
    subject = somebody(provider, email=linked.bob.email, email_verified=True)
    asked = await visit(visitor, provider, subject)
    assert asked.status_code == 200 and 'name="challenge"' in asked.text
    assert (await visitor.get("/me")).status_code == 401
    told_of_two = somebody(provider, email=linked.vera.email, email_verified=True, amr=["pwd", "otp"])
    assert (await visit(visitor, provider, told_of_two)).headers["location"] == "/"


async def test_the_first_link_ends_whatever_else_opened_the_account(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider
) -> None:
    """Somebody may have made the account with an address that is not theirs, and wait inside."""
    await give_password(linked, linked.bob)
    await visit(visitor, provider, somebody(provider, email=linked.bob.email, email_verified=True))
    async with lookups.catalogue(linked.desk.works.shards) as db:
        login = await lookups.login_of(db, linked.bob.person_id)
    assert login is not None and login.password_hash is None
    mine = visitor.cookies["oss_session"]
    visitor.cookies.clear()
    assert (await visitor.get("/me", headers=linked.bob.headers)).status_code == 401
    assert (await visitor.get("/me", headers={"cookie": f"oss_session={mine}"})).status_code == 200


async def test_an_account_is_one_persons_at_the_provider(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider
) -> None:
    await visit(visitor, provider, somebody(provider, email=linked.bob.email, email_verified=True))
    visitor.cookies.clear()
    second = somebody(provider, email=linked.bob.email, email_verified=True)
    assert await problem(visitor, provider, second) == "linked-to-another"


async def test_who_was_removed_does_not_come_back(
    visitor: httpx2.AsyncClient, linked: Cast, provider: IdentityProvider
) -> None:
    subject = somebody(provider, email=linked.bob.email, email_verified=True)
    await visit(visitor, provider, subject)
    async with linked.desk.works.open(linked.bob.org_id, MACHINE) as work:
        person = linked.bob.person_id
        await lookups.change_member(work.db, work.org, person, Role.VIEWER, work.now, disabled=True, gone=True)
    visitor.cookies.clear()
    assert await problem(visitor, provider, subject) == "nobody-here"


async def test_signing_out_offers_the_provider_too(visitor: httpx2.AsyncClient, provider: IdentityProvider) -> None:
    page = await visitor.get("/sign-in?left=true", headers=HTML)
    assert 'href="/auth/oidc/logout"' in page.text
    away = await visitor.get("/auth/oidc/logout", headers=HTML)
    assert away.headers["location"].startswith(f"{provider.issuer}/oauth2/end_session?client_id=waypost")


async def test_without_a_provider_nothing_is_offered(browser: httpx2.AsyncClient) -> None:
    assert START not in (await browser.get("/sign-in", headers=HTML)).text
    assert (await browser.get(START, headers=HTML)).headers["location"] == "/sign-in?problem=no-provider"
    assert (await browser.get("/auth/oidc/callback?code=x", headers=HTML)).headers["location"].endswith("no-provider")


async def test_a_silent_provider_is_told_as_such(cast: Cast) -> None:
    settings = IdentitySettings(oidc_issuer="http://127.0.0.1:9", oidc_client_id="waypost")
    desk = desk_for(cast.desk.works, settings)
    async with client_of(small_app(desk)) as visitor:
        answer = await visitor.get(START, headers=HTML)
    assert answer.headers["location"] == "/sign-in?problem=provider-silent"
    await desk.close()


def test_half_a_provider_stops_the_start() -> None:
    with pytest.raises(SettingRefused, match="OIDC_CLIENT_ID"):
        assert IdentitySettings(oidc_issuer="https://login.client.example").single_sign_on
    with pytest.raises(SettingRefused, match="https"):
        assert IdentitySettings(oidc_issuer="http://login.client.example", oidc_client_id="x").single_sign_on
    assert not IdentitySettings().single_sign_on


def somebody(provider: IdentityProvider, **claims: object) -> str:
    """A new subject at the provider, of whom it says this."""
    subject = f"s-{new_secret()}"
    provider.knows(subject, claims)
    return subject


async def invited(visitor: httpx2.AsyncClient, cast: Cast, role: str) -> str:
    """The address of somebody whom Alice has invited."""
    email = f"{new_secret()[:9].lower()}@client.example"
    answer = await visitor.post("/invitations", json={"email": email, "role": role}, headers=cast.alice.headers)
    assert answer.status_code == 201
    return email


async def there_and_back(
    visitor: httpx2.AsyncClient, provider: IdentityProvider, subject: str, start: str = START
) -> str:
    """Through the provider's page; returns the path of our own to which it sends the browser."""
    begun = await visitor.get(start, headers=HTML)
    assert begun.status_code == 303, begun.text
    return local(provider.sign_in(begun.headers["location"], subject))


async def visit(
    visitor: httpx2.AsyncClient, provider: IdentityProvider, subject: str, start: str = START
) -> httpx2.Response:
    """There, back, and in."""
    return await visitor.get(await there_and_back(visitor, provider, subject, start), headers=HTML)


async def problem(visitor: httpx2.AsyncClient, provider: IdentityProvider, subject: str, start: str = START) -> str:
    """The kind of the refusal that the sign-in page is told."""
    answer = await visit(visitor, provider, subject, start)
    assert answer.status_code == 303 and "oss_session" not in answer.headers["set-cookie"]
    return str(answer.headers["location"]).removeprefix("/sign-in?problem=")


async def told(visitor: httpx2.AsyncClient, back: str, cookie: str | None = None) -> str:
    """The same for a way back that is tried again."""
    answer = await visitor.get(back, headers=HTML | ({"cookie": cookie} if cookie else {}))
    assert answer.status_code == 303
    return str(answer.headers["location"]).removeprefix("/sign-in?problem=")


def local(address: str) -> str:
    """Path and query of an address of ours."""
    parts = urlsplit(address)
    assert address.startswith("http://localhost:8000/auth/oidc/callback?"), address
    return f"{parts.path}?{parts.query}"
