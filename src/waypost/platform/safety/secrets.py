"""The root secret and what is derived from it: one secret to keep, a key of its own for every purpose (RFC 5869).

For a trial on the embedded database missing secrets are made in the data folder, readable by its owner only; everywhere
else a missing or placeholder secret stops the start.
"""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from waypost.platform.safety.links import Links
from waypost.platform.safety.settings import SecretSettings
from waypost.platform.safety.vault import Vault
from waypost.platform.settings import SettingRefused

KEY_BYTES = 32
CURRENT, OLDER = "ENCRYPTION_KEY_BASE64", "ENCRYPTION_KEYS_PREVIOUS_BASE64"
HOW = "make one: openssl rand -base64 32"
SHORTEST_ROOT = 32
"""Characters; a shorter root secret could be guessed from one captured link."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Everything secret that the installation itself owns; never printed."""

    root: bytes = field(repr=False)
    previous_root: bytes | None = field(default=None, repr=False)
    vault: Vault = field(kw_only=True, repr=False)

    def key(self, purpose: str) -> bytes:
        """32 bytes for one purpose (`session token`, `csrf`, …); keys of two purposes tell nothing about each other."""
        return derive(self.root, purpose)

    def ring(self, purpose: str) -> tuple[bytes, ...]:
        """Keys of one purpose: the present root's signs, the previous one's still verifies."""
        roots = (self.root, self.previous_root) if self.previous_root else (self.root,)
        return tuple(derive(root, purpose) for root in roots)

    def links(self) -> Links:
        """The signer of links."""
        return Links(self.ring("signed links"))


def derive(root: bytes, purpose: str) -> bytes:
    """HKDF-SHA256 of the root secret, 32 bytes, bound to a purpose."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"waypost/{purpose}".encode()).derive(root)


def load_secrets(settings: SecretSettings, *, data: Path | None) -> Secrets:
    """The installation's secrets; with `data` (embedded database) missing ones are made and kept there.

    Raises SettingRefused with one sentence for a missing, short or malformed secret.
    """
    root = _root(settings.auth_secret_key, data)
    previous = settings.auth_secret_key_previous
    current = _encryption_key(CURRENT, _text(settings.encryption_key_base64, CURRENT, data))
    older = (settings.encryption_keys_previous_base64 or SecretStr("")).get_secret_value().split(",")
    ring = [_encryption_key(OLDER, key) for key in older if key.strip()]
    return Secrets(root, previous.get_secret_value().encode() if previous else None, vault=Vault((current, *ring)))


def _root(given: SecretStr | None, data: Path | None) -> bytes:
    root = _text(given, "AUTH_SECRET_KEY", data)
    if len(root) < SHORTEST_ROOT:
        raise SettingRefused(f"AUTH_SECRET_KEY has fewer than {SHORTEST_ROOT} characters; {HOW}")
    return root.encode()


def _text(given: SecretStr | None, name: str, data: Path | None) -> str:
    if given is not None:
        return given.get_secret_value().strip()
    if data is None:
        raise SettingRefused(f"{name} (or {name}_FILE) is not set; {HOW}")
    return kept_secret(data / "secrets" / name.lower())


def _encryption_key(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        raise SettingRefused(f"{name} is not base64; {HOW}") from None
    if len(key) != KEY_BYTES:
        raise SettingRefused(f"{name} holds {len(key)} bytes instead of {KEY_BYTES}; {HOW}")
    return key


def kept_secret(path: Path) -> str:
    """The secret in `path`, made there (mode 0600) when missing; processes that start at once agree on one.

    32 random bytes in base64. Raises SettingRefused when others could read the file.
    """
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise SettingRefused(f"{path} can be read by others; chmod 600 it, or remove it and lose what it protects.")
    return path.read_text().strip()


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
