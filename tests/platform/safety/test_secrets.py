"""Where secrets come from: the environment, its file twins, the data folder of a trial; and what stops the start."""

import base64
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from waypost.platform.safety.secrets import Secrets, derive, kept_secret, load_secrets
from waypost.platform.safety.settings import SecretSettings
from waypost.platform.settings import SettingRefused

ROOT = "x" * 40
KEY, OLDER = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
NAMES = ("AUTH_SECRET_KEY", "JWT_SECRET", "ENCRYPTION_KEY_BASE64", "ENCRYPTION_KEYS_PREVIOUS_BASE64")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def loaded(monkeypatch: pytest.MonkeyPatch, data: Path | None = None, **environment: str) -> Secrets:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_secrets(SecretSettings(), data=data)


def test_each_purpose_has_a_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = loaded(monkeypatch, AUTH_SECRET_KEY=ROOT, ENCRYPTION_KEY_BASE64=KEY)
    assert secrets.key("a") == secrets.key("a") == derive(ROOT.encode(), "a") != secrets.key("b")
    assert len(secrets.key("a")) == 32 and ROOT not in repr(secrets)


def test_an_alias_and_file_twins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{KEY}\n")
    secrets = loaded(monkeypatch, JWT_SECRET=ROOT, ENCRYPTION_KEY_BASE64_FILE=str(tmp_path / "key"))
    assert secrets.root == ROOT.encode() and secrets.vault.keys == (base64.b64decode(KEY),)


def test_older_keys_open_but_do_not_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    before = loaded(monkeypatch, AUTH_SECRET_KEY=ROOT, ENCRYPTION_KEY_BASE64=OLDER)
    sealed = before.vault.seal(b"x", "here")
    after = loaded(monkeypatch, ENCRYPTION_KEY_BASE64=KEY, ENCRYPTION_KEYS_PREVIOUS_BASE64=f" {OLDER} ,")
    assert after.vault.open(sealed, "here") == b"x" and after.vault.needs_rewrap(sealed)


def test_a_trial_makes_and_keeps_its_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first, second = loaded(monkeypatch, tmp_path), loaded(monkeypatch, tmp_path)
    assert first.root == second.root and first.vault.keys == second.vault.keys
    files = sorted((tmp_path / "secrets").iterdir())
    assert [file.name for file in files] == ["auth_secret_key", "encryption_key_base64"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: kept_secret(tmp_path / "secrets" / "one"), range(32)))
    assert len(found) == 1 and [file.name for file in (tmp_path / "secrets").iterdir()] == ["one"]


def test_a_secret_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    kept_secret(tmp_path / "one")
    (tmp_path / "one").chmod(0o640)
    with pytest.raises(SettingRefused, match="chmod 600"):
        kept_secret(tmp_path / "one")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "AUTH_SECRET_KEY .* is not set"),
        ({"AUTH_SECRET_KEY": ROOT}, "ENCRYPTION_KEY_BASE64 .* is not set"),
        ({"JWT_SECRET": "change-me", "ENCRYPTION_KEY_BASE64": KEY}, "AUTH_SECRET_KEY has fewer than 32"),
        ({"AUTH_SECRET_KEY": ROOT, "ENCRYPTION_KEY_BASE64": "not base64!"}, "is not base64"),
        ({"AUTH_SECRET_KEY": ROOT, "ENCRYPTION_KEY_BASE64": "AAAA"}, "holds 3 bytes instead of 32"),
        ({"AUTH_SECRET_KEY_FILE": "/nowhere/at/all"}, "AUTH_SECRET_KEY_FILE names /nowhere/at/all"),
    ],
)
def test_what_stops_the_start(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], said: str) -> None:
    with pytest.raises(SettingRefused, match=said) as refused:
        loaded(monkeypatch, None, **environment)
    assert "\n" not in str(refused.value)


def test_links_survive_a_change_of_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    before = loaded(monkeypatch, AUTH_SECRET_KEY=ROOT, ENCRYPTION_KEY_BASE64=KEY)
    after = loaded(monkeypatch, AUTH_SECRET_KEY="y" * 40, AUTH_SECRET_KEY_PREVIOUS=ROOT)
    assert after.links().keys[1:] == before.links().keys and after.links().keys[0] != before.links().keys[0]
