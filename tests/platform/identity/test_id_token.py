"""What a provider says is believed only when every check holds; its keys may change, its silence is told as such."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from waypost.platform.http import Trust, WayOut
from waypost.platform.identity.single_sign_on.id_token import Expected, KeyUnknown, TokenRefused, read_id_token
from waypost.platform.identity.single_sign_on.provider import Client, CodeRefused, Provider, ProviderSilent, Visit

ISSUER = "https://login.client.example"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
KEY = RSAKey.generate_key(2048, parameters={"kid": "one"}, auto_kid=False)
OTHER = RSAKey.generate_key(2048, parameters={"kid": "one"}, auto_kid=False)
NEXT = ECKey.generate_key("P-256", parameters={"kid": "two"}, auto_kid=False)
VISIT = Visit("the state", "the nonce", "a verifier of forty-three characters or more")
EXPECTED = Expected(ISSUER, "waypost", VISIT.nonce)
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "waypost",
    "sub": "24400320",
    "nonce": VISIT.nonce,
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + timedelta(minutes=5)).timestamp()),
    "email": "Nora@Client.example",
    "email_verified": True,
}
PUBLIC = KeySet([KEY])


def signed(key: Any = KEY, alg: str = "RS256", kid: str | None = "one", without: str = "", **claims: Any) -> str:
    """A token of the provider, with other claims or of another key."""
    said = {name: value for name, value in (CLAIMS | claims).items() if name != without}
    header = {"alg": alg} | ({"kid": kid} if kid else {})
    return jwt.encode(header, said, key, algorithms=[alg])


def unsigned(alg: str = "none") -> str:
    """A token that nobody signed."""
    parts = [json.dumps({"alg": alg, "typ": "JWT"}), json.dumps(CLAIMS)]
    return ".".join(_encoded(part.encode()) for part in parts) + "."


def by_public_key() -> str:
    """Signed with a secret that everybody knows: the provider's public key, taken for one (RFC 8725, 2.1)."""
    signed_part = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "one"}, CLAIMS))
    return f"{signed_part}.{_encoded(hmac.digest(KEY.as_pem(private=False), signed_part.encode(), 'sha256'))}"


def tampered() -> str:
    """Another subject under the same signature."""
    head, _, signature = signed().split(".")
    return f"{head}.{_encoded(json.dumps(CLAIMS | {'sub': '1'}).encode())}.{signature}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


FORGED = {
    "nobody signed it": unsigned(),
    "nobody signed it, in capitals": unsigned("NONE"),
    "the public key taken for a secret": by_public_key(),
    "another key under the same name": signed(OTHER),
    "its body was changed": tampered(),
    "for somebody else": signed(aud="another"),
    "for several, without a word who asked": signed(aud=["waypost", "another"]),
    "asked by another": signed(azp="another"),
    "of another issuer": signed(iss="https://evil.example"),
    "of another issuer, by a slash": signed(iss=f"{ISSUER}/"),
    "of yesterday": signed(exp=int((NOW - timedelta(minutes=2)).timestamp())),
    "made for another sign-in": signed(nonce="another nonce"),
    "kept for a while": signed(iat=int((NOW - timedelta(minutes=11)).timestamp())),
    "about nobody": signed(sub=""),
    "about a number": signed(sub=7),
    "no token": "no token at all",
    "empty": "",
    **{f"without {name}": signed(without=name) for name in ("iss", "aud", "exp", "iat", "sub", "nonce")},
}


@pytest.mark.parametrize("why", FORGED)
def test_what_does_not_hold_is_refused(why: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        read_id_token(FORGED[why], PUBLIC, EXPECTED, NOW)
    assert "Nora" not in str(refused.value) and "24400320" not in str(refused.value)


def test_what_holds_is_believed() -> None:
    for token in (signed(), signed(aud=["waypost"]), signed(aud=["waypost", "x"], azp="waypost"), signed(kid=None)):
        assert read_id_token(token, PUBLIC, EXPECTED, NOW)["sub"] == "24400320"
    with pytest.raises(KeyUnknown):
        read_id_token(signed(NEXT, "ES256", "two"), PUBLIC, EXPECTED, NOW)


@dataclass
class StandIn:
    """A provider on the wire, which can be told to misbehave."""

    keys: list[Any] = field(default_factory=lambda: [KEY])
    token: str = field(default_factory=signed)
    document: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    asked: list[httpx2.Request] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answers as the standards say."""
        self.asked.append(request)
        if request.url.path == "/.well-known/openid-configuration":
            return httpx2.Response(200, json=self.described)
        if request.url.path == "/keys":
            return httpx2.Response(200, json=KeySet(self.keys).as_dict(private=False))
        if request.url.path == "/who":
            return httpx2.Response(200, json=self.told)
        return httpx2.Response(self.status, json={"id_token": self.token, "access_token": "for a moment"})

    @property
    def described(self) -> dict[str, Any]:
        """Its discovery document."""
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        said = {"issuer": ISSUER} | {name: f"{ISSUER}/{place}" for name, place in places.items()}
        return said | {"userinfo_endpoint": f"{ISSUER}/who"} | self.document

    def count(self, path: str) -> int:
        """How often it was asked for this."""
        return sum(1 for one in self.asked if one.url.path == path)


def client_of(stand_in: StandIn, secret: str | None = "not: a word/of it") -> Provider:
    """Our side of it."""
    client = Client(ISSUER, "waypost", secret, "openid email", "https://desk.example/auth/oidc/callback")
    return Provider(client, WayOut(Trust.OPERATOR, wire=httpx2.MockTransport(stand_in)))


@pytest.mark.anyio
async def test_the_way_there_carries_state_nonce_and_a_challenge() -> None:
    address = await client_of(StandIn()).sign_in_address(VISIT, NOW)
    said = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    digest = hashlib.sha256(VISIT.verifier.encode()).digest()
    assert said["code_challenge"] == _encoded(digest)
    assert (said["state"], said["nonce"], said["code_challenge_method"]) == (VISIT.state, VISIT.nonce, "S256")
    assert said["redirect_uri"] == "https://desk.example/auth/oidc/callback" and VISIT.verifier not in address


@pytest.mark.anyio
async def test_the_way_back_proves_that_it_is_us() -> None:
    stand_in = StandIn()
    person = await client_of(stand_in).person_of("a code", VISIT, NOW)
    assert (person.subject, person.email) == ("24400320", "nora@client.example")
    (asked,) = [one for one in stand_in.asked if one.url.path == "/token"]
    said = parse_qs(asked.content.decode())
    assert said["code_verifier"] == [VISIT.verifier] and "client_secret" not in said
    basic = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert basic == "waypost:not%3A+a+word%2Fof+it"


@pytest.mark.anyio
async def test_a_client_without_basic_sends_its_secret_in_the_form() -> None:
    stand_in = StandIn(document={"token_endpoint_auth_methods_supported": ["client_secret_post"]})
    await client_of(stand_in).person_of("a code", VISIT, NOW)
    public = StandIn()
    await client_of(public, secret=None).person_of("a code", VISIT, NOW)
    said = [parse_qs(one.content.decode()) for one in (*stand_in.asked, *public.asked) if one.url.path == "/token"]
    assert said[0]["client_secret"] == ["not: a word/of it"]
    assert said[1]["client_id"] == ["waypost"] and "client_secret" not in said[1]


@pytest.mark.anyio
async def test_new_keys_are_fetched_but_not_at_every_knock() -> None:
    stand_in = StandIn()
    provider = client_of(stand_in)
    await provider.person_of("a code", VISIT, NOW)
    stand_in.keys, stand_in.token = [NEXT], signed(NEXT, "ES256", "two")
    for _ in range(3):
        with pytest.raises(KeyUnknown):
            await provider.person_of("a code", VISIT, NOW + timedelta(seconds=30))
    assert stand_in.count("/keys") == 1, "forged tokens do not make us ask all day"
    assert (await provider.person_of("a code", VISIT, NOW + timedelta(seconds=90))).subject == "24400320"
    assert stand_in.count("/keys") == 2
    stand_in.token = signed()
    with pytest.raises(KeyUnknown):
        await provider.person_of("a code", VISIT, NOW + timedelta(seconds=200))


@pytest.mark.anyio
async def test_an_address_counts_only_when_it_is_verified() -> None:
    unverified = StandIn(token=signed(email_verified=False))
    assert (await client_of(unverified).person_of("a code", VISIT, NOW)).email is None
    silent = StandIn(token=signed(without="email_verified"))
    assert (await client_of(silent).person_of("a code", VISIT, NOW)).email is None
    elsewhere = {"sub": "24400320", "email": "nora@client.example", "email_verified": True}
    for told, email in ((elsewhere, "nora@client.example"), (elsewhere | {"sub": "another"}, None)):
        apart = StandIn(token=signed(without="email"), told=told)
        assert (await client_of(apart).person_of("a code", VISIT, NOW)).email == email


@pytest.mark.anyio
async def test_two_factors_are_believed_where_the_provider_names_them() -> None:
    for methods, expected in ((["pwd"], False), (["pwd", "otp"], True), (["mfa"], True), ("mfa", False), (None, False)):
        stand_in = StandIn(token=signed(amr=methods))
        assert (await client_of(stand_in).person_of("a code", VISIT, NOW)).by_two_factors is expected


@pytest.mark.anyio
@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://login.client.example/token"},
        {"jwks_uri": None},
    ],
)
async def test_a_document_that_does_not_fit_is_not_believed(document: dict[str, Any]) -> None:
    with pytest.raises(ProviderSilent):
        await client_of(StandIn(document=document)).sign_in_address(VISIT, NOW)


@pytest.mark.anyio
async def test_a_provider_that_errs_is_told_apart_from_one_that_refuses() -> None:
    for status, refusal in ((400, CodeRefused), (500, ProviderSilent)):
        with pytest.raises(refusal):
            await client_of(StandIn(status=status)).person_of("a code", VISIT, NOW)
