"""The secrets of a source: opened from the vault where they are used, for as long as they are used."""

from functools import partial

from waypost.archive.sources.models import Source
from waypost.platform.ids import new_secret
from waypost.platform.safety.rewrapping import Sealed
from waypost.platform.safety.vault import Vault, place

TABLE = "archive_sources"
COLUMNS = (Source.sealed_token, Source.sealed_secret, Source.sealed_secret_before)


def token_of(source: Source, vault: Vault) -> str:
    """The API token; refuses with `CannotOpen`."""
    return vault.open(source.sealed_token, _place(source, "sealed_token")).decode()


def webhook_secrets(source: Source, vault: Vault) -> tuple[bytes, ...]:
    """The secrets that a delivery may be signed with, the present one first; none where it has none."""
    named = (("sealed_secret", source.sealed_secret), ("sealed_secret_before", source.sealed_secret_before))
    return tuple(vault.open(sealed, _place(source, column)) for column, sealed in named if sealed is not None)


def seal_token(source: Source, vault: Vault, token: str) -> None:
    """Keep a token."""
    source.sealed_token = vault.seal(token.encode(), _place(source, "sealed_token"))


def seal_secret(source: Source, vault: Vault, secret: str | None) -> None:
    """Keep the webhook's present secret."""
    sealed = vault.seal(secret.encode(), _place(source, "sealed_secret")) if secret else None
    source.sealed_secret = sealed


def seal_former(source: Source, vault: Vault, secret: str | None) -> None:
    """Keep the webhook's former secret."""
    sealed = vault.seal(secret.encode(), _place(source, "sealed_secret_before")) if secret else None
    source.sealed_secret_before = sealed


def rotate(source: Source, vault: Vault) -> str:
    """A new secret; the present one stays beside it. Gives the new one, which is shown once."""
    fresh = new_secret()
    present = source.sealed_secret
    seal_former(source, vault, vault.open(present, _place(source, "sealed_secret")).decode() if present else None)
    seal_secret(source, vault, fresh)
    return fresh


def _place(source: Source, column: str) -> str:
    return place(TABLE, column, source.org_id, source.id)


SEALED = tuple(Sealed(column, partial(_place, column=column.key)) for column in COLUMNS)
"""Secrets of ours, which follow a change of the key."""
