"""Secrets as the environment names them."""

from pydantic import AliasChoices, Field, SecretStr

from waypost.platform.settings import Group


class SecretSettings(Group):
    """The root secret and the keys of encryption at rest; both are made in the data folder for a trial."""

    auth_secret_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("AUTH_SECRET_KEY", "JWT_SECRET", "ACCESS_TOKEN_SECRET", "SESSION_SECRET")
    )
    """The root secret, 32 characters or more; sessions, CSRF tokens and signed links derive their keys from it."""
    auth_secret_key_previous: SecretStr | None = Field(None, validation_alias="AUTH_SECRET_KEY_PREVIOUS")
    """The root secret before the last change: links that were signed with it stay valid until they expire."""
    encryption_key_base64: SecretStr | None = Field(None, validation_alias="ENCRYPTION_KEY_BASE64")
    """32 bytes in base64: seals the credentials we keep (AES-256-GCM)."""
    encryption_keys_previous_base64: SecretStr | None = Field(None, validation_alias="ENCRYPTION_KEYS_PREVIOUS_BASE64")
    """Older keys, separated by commas: they open, but never seal."""
