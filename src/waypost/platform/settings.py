"""Settings as the environment names them: frozen groups, each part's own; a secret has a `_FILE` twin."""

import os
from pathlib import Path
from typing import Any

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class SettingRefused(Exception):
    """The start stops here: one clear sentence for the operator, naming the setting and the way out."""


class FileTwins(PydanticBaseSettingsSource):
    """Reads `NAME_FILE` for each secret of a group whose `NAME` is unset; a trailing line break is not part of it."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the first twin that the environment names, under the field's own name."""
        for name in _names_of(field, field_name):
            path = os.environ.get(f"{name}_FILE")
            if path and name not in os.environ:
                return _content(f"{name}_FILE", Path(path)), field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All twins found; only secrets have one."""
        secret = {n: f for n, f in self.settings_cls.model_fields.items() if "SecretStr" in str(f.annotation)}
        found = {name: self.get_field_value(field, name)[0] for name, field in secret.items()}
        return {name: value for name, value in found.items() if value is not None}


class Group(BaseSettings):
    """A part's own frozen settings: documented environment names, `_FILE` twins for its secrets."""

    model_config = SettingsConfigDict(frozen=True, populate_by_name=True, extra="ignore", env_ignore_empty=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is handed in wins over the environment, the environment over a twin."""
        return init_settings, env_settings, FileTwins(settings_cls)


def named(environment: str, path: str) -> AliasChoices:
    """A documented setting's names: nested in the environment (`SECTION__KEY`, first), and flat.

    `path` (`section.key`) is also where the archive's YAML file holds it.
    """
    return AliasChoices(path.replace(".", "__").upper(), environment)


def _names_of(field: FieldInfo, field_name: str) -> list[str]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [alias if isinstance(alias, str) else field_name.upper()]


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text().strip("\r\n")
    except OSError as error:
        raise SettingRefused(f"{name} names {path}, which cannot be read: {error.strerror}.") from None
