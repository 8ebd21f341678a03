"""ID tokens that we mint: from a service account's key, from the machine itself, and not for every call."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import httpx2
import pytest
from joserfc import jwt

from tests.wire.id_tokens import key
from waypost.platform.http import Trust, WayOut
from waypost.sourcing.wire.minting import GRANT, METADATA, Minter, NoToken, service_account
from waypost.sourcing.wire.tokens import bearer

pytestmark = pytest.mark.anyio
AUDIENCE = "https://worker.example"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Far(httpx2.AsyncBaseTransport):
    """Google's two doors."""

    def __init__(self, status: int = 200) -> None:
        self.status, self.asked = status, list[httpx2.Request]()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """A token that says how often it was asked."""
        self.asked.append(request)
        token = f"token-{len(self.asked)}"
        if request.method == "POST":
            return httpx2.Response(self.status, json={"id_token": token})
        return httpx2.Response(self.status, text=token)


async def test_the_machine_says_who_it_is() -> None:
    far, moment = Far(), [NOW]
    minter = Minter(WayOut(Trust.OPERATOR, wire=far), clock=lambda: moment[0])
    assert await minter.header(AUDIENCE) == await minter.header(AUDIENCE) == "Bearer token-1"
    (asked,) = far.asked
    assert str(asked.url).startswith(METADATA) and asked.url.params["audience"] == AUDIENCE
    assert asked.headers["metadata-flavor"] == "Google"
    assert await minter.header("https://other.example") == "Bearer token-2"
    moment[0] += timedelta(minutes=5)
    assert await minter.header(AUDIENCE) == "Bearer token-3"


async def test_an_account_signs_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    private = key("account").as_pem(private=True).decode()
    told = {"client_email": "s@p.iam.example", "private_key": private, "private_key_id": "account", "type": "x"}
    path.write_text(json.dumps(told | {"token_uri": "https://oauth2.example/token"}))
    far = Far()
    minter = Minter(WayOut(Trust.OPERATOR, wire=far), service_account(path), clock=lambda: NOW)
    assert await minter.header(AUDIENCE) == "Bearer token-1"
    (asked,) = far.asked
    form = parse_qs(asked.content.decode())
    claims = jwt.decode(form["assertion"][0], key("account"), algorithms=["RS256"]).claims
    assert (form["grant_type"], claims["target_audience"], claims["aud"]) == (
        [GRANT],
        AUDIENCE,
        "https://oauth2.example/token",
    )
    assert claims["exp"] - claims["iat"] == 300 and claims["iss"] == "s@p.iam.example"
    assert private not in repr(minter)


async def test_no_token_is_said_as_such(tmp_path: Path) -> None:
    with pytest.raises(NoToken):
        await Minter(WayOut(Trust.OPERATOR, wire=Far(503))).header(AUDIENCE)
    (tmp_path / "key.json").write_text("{}")
    for path in (tmp_path / "key.json", tmp_path / "none.json"):
        with pytest.raises(ValueError, match="cannot be read"):
            service_account(path)


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer a.b", "a.b"), ("bearer  a.b ", "a.b"), ("Basic a", ""), ("a.b", ""), ("", ""), ("Bearer", "")],
)
async def test_credentials_of_a_header(header: str, token: str) -> None:
    assert bearer(header) == token
