"""The parts that need no database: cookie settings, paths, names of browsers, tokens, passwords."""

import pytest

from tests.cast import CHEAP, SECRETS
from waypost.platform.identity.passwords import Passwords, PasswordUnsuitable
from waypost.platform.identity.settings import IdentitySettings
from waypost.platform.identity.tokens import Tokens, is_token
from waypost.platform.identity.ways import device_name, local_path
from waypost.platform.ids import new_secret
from waypost.platform.settings import SettingRefused


def test_documented_names_and_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert IdentitySettings().session_ttl_seconds == 2592000
    for name, value in {"SESSION_COOKIE_NAME": "sid", "COOKIE_DOMAIN": "", "ALLOW_DEV_LOGIN": "true"}.items():
        monkeypatch.setenv(name, value)
    read = IdentitySettings()
    assert (read.session_cookie_name, read.cookie_domain, read.allow_dev_login) == ("sid", None, True)


@pytest.mark.parametrize(("given", "prod", "secure"), [(None, True, True), (None, False, False), (True, False, True)])
def test_cookies_are_secure_in_production(given: bool | None, prod: bool, secure: bool) -> None:
    assert IdentitySettings(cookie_secure=given).secure_cookies(prod=prod) is secure


def test_careless_cookies_stop_the_start() -> None:
    with pytest.raises(SettingRefused, match="COOKIE_SECURE"):
        IdentitySettings(cookie_secure=False).secure_cookies(prod=True)
    with pytest.raises(SettingRefused, match="COOKIE_SAMESITE"):
        IdentitySettings(cookie_samesite="none").secure_cookies(prod=False)


@pytest.mark.parametrize("path", ["/", "/tickets/1?x=//y#z", "/a//b"])
def test_paths_of_ours_are_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path", ["", "a", "//h", "/\\h", "/\th", "/\n//h", "http://h/", "/sign-in?next=/", "/auth/csrf"]
)
def test_all_others_lead_home(path: str) -> None:
    assert local_path(path) == "/"


def test_browsers_have_names() -> None:
    assert device_name("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0") == "Firefox · Linux"
    assert (
        device_name("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1")
        == "Safari · iPhone"
    )
    assert device_name(None) == device_name("curl/8") == ""


def test_tokens_are_keyed_and_bound() -> None:
    tokens, token = Tokens.of(SECRETS), new_secret()
    others = Tokens(tokens.csrf_key, tokens.bucket_key, tokens.session_key)
    assert is_token(token) and len(tokens.hash(token)) == 32 and is_token(tokens.csrf(token))
    assert tokens.csrf(token) == tokens.csrf(token) != tokens.csrf(new_secret())
    assert len({tokens.hash(token), others.hash(token), tokens.bucket("account", token)}) == 3
    assert tokens.bucket("a", "bc") != tokens.bucket("ab", "c")


@pytest.mark.anyio
async def test_passwords_are_compared_as_typed_on_any_keyboard() -> None:
    passwords = Passwords(CHEAP)
    stored = await passwords.hash("grüße aus köln")
    assert await passwords.check(stored, "gru\u0308ße aus ko\u0308ln")
    assert not await passwords.check(stored, "grüße aus köln ")
    assert not await passwords.check(None, "grüße aus köln")
    assert not await passwords.check("no hash at all", "grüße aus köln")


@pytest.mark.anyio
@pytest.mark.parametrize("password", ["eleven char", "x" * 1025])
async def test_unsuitable_passwords_are_refused(password: str) -> None:
    with pytest.raises(PasswordUnsuitable):
        await Passwords(CHEAP).hash(password)
