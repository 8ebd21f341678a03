"""Settings as operators name them: frozen groups, each part's own; a secret has a `_FILE` twin.

From strong to weak: `SECTION__KEY` in the environment, the flat name there, a `_FILE` twin, the configuration file,
the default. Only documented keys of the archive have a section; the others are flat names alone.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import AliasChoices, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from waypost.platform import configuration
from waypost.platform.configuration import SettingRefused

__all__ = ["Group", "SettingRefused", "complaints", "named", "names_of", "nested", "path_of", "unknown_keys"]

DEEPER = "__"
NEVER = "a field's own name = "
"""Stands before field names where the environment is read: only documented names count there, which are aliases."""


class FileTwins(PydanticBaseSettingsSource):
    """Reads `NAME_FILE` for each secret of a group whose `NAME` is unset; a trailing line break is not part of it."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The content of the first twin that the environment names, under the field's own name."""
        for name in names_of(field, field_name):
            path = os.environ.get(f"{name}_FILE")
            if path and name not in os.environ:
                return _content(f"{name}_FILE", Path(path)), field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All twins found; only secrets have one."""
        secret = {n: f for n, f in self.settings_cls.model_fields.items() if "SecretStr" in str(f.annotation)}
        found = {name: self.get_field_value(field, name)[0] for name, field in secret.items()}
        return {name: value for name, value in found.items() if value is not None}


class ConfigurationFile(PydanticBaseSettingsSource):
    """Reads what the configuration file says about a group's settings."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The file's value under the field's own name."""
        return configuration.leaves().get(path_of(field, field_name) or ""), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All that the file says."""
        said = configuration.leaves()
        paths = {name: path_of(field, name) for name, field in self.settings_cls.model_fields.items()}
        return {name: said[path] for name, path in paths.items() if path in said}


class Group(BaseSettings):
    """A part's own frozen settings: documented environment names, `_FILE` twins for its secrets."""

    WITHOUT_EFFECT: ClassVar[Mapping[str, str]] = {}
    """Documented settings that are still accepted and have nothing left to do: a sentence why, by the field's name."""
    model_config = SettingsConfigDict(
        frozen=True, populate_by_name=True, extra="ignore", env_ignore_empty=True, env_prefix=NEVER
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is handed in wins over the environment, that over a twin, and that over the configuration file."""
        return init_settings, env_settings, FileTwins(settings_cls), ConfigurationFile(settings_cls)


def named(environment: str, path: str) -> AliasChoices:
    """A documented setting's names: nested in the environment (`SECTION__KEY`, first), and flat.

    `path` (`section.key`) is also where the archive's YAML file holds it.
    """
    return AliasChoices(path.replace(".", DEEPER).upper(), environment)


def nested(path: str) -> AliasChoices:
    """The names of a documented setting that has no flat one."""
    return AliasChoices(path.replace(".", DEEPER).upper())


def names_of(field: FieldInfo, field_name: str) -> list[str]:
    """Every name of a setting in the environment, the strongest first."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [alias if isinstance(alias, str) else field_name.upper()]


def path_of(field: FieldInfo, field_name: str) -> str | None:
    """Where the configuration file holds a setting (`section.key`); None where it has no place for it."""
    deep = next((name for name in names_of(field, field_name) if DEEPER in name), None)
    return deep.replace(DEEPER, ".").lower() if deep else None


def unknown_keys(groups: Iterable[type[Group]]) -> list[str]:
    """What file and environment say under a section that no group knows: `path: sentence`."""
    known = {path for group in groups for name, field in group.model_fields.items() if (path := path_of(field, name))}
    sections = {path.partition(".")[0] for path in known}
    strange = [path for path in configuration.leaves() if path not in known]
    deep = [name.replace(DEEPER, ".").lower() for name in os.environ if DEEPER in name]
    strange += [path for path in deep if path.partition(".")[0] in sections and _bare(path) not in known]
    return [f"{path}: not a setting; docs/configuration.md lists all of them." for path in sorted(set(strange))]


def _bare(path: str) -> str:
    return path.removesuffix("_file")


def complaints(error: ValidationError, group: type[Group]) -> Iterator[str]:
    """What is wrong with a group's values, one line each: `path: sentence (NAME)`, never the value itself."""
    for each in error.errors(include_input=False, include_url=False):
        said = str(each["msg"]).removeprefix("Value error, ")
        where = str(each["loc"][0]) if each["loc"] else ""
        yield f"{_told(where, group)}: {said}" if where else said


def _told(where: str, group: type[Group]) -> str:
    """A setting as the operator may have written it: by its path where it has one, with the flat name beside it."""
    for name, field in group.model_fields.items():
        names = names_of(field, name)
        if where == name or where in names:
            flat = next((each for each in names if DEEPER not in each), None)
            path = path_of(field, name)
            return f"{path} ({flat})" if path and flat else path or names[0]
    return where


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text().strip("\r\n")
    except OSError as error:
        raise SettingRefused(f"{name} names {path}, which cannot be read: {error.strerror}.") from None
