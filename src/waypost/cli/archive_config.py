"""`waypost archive validate-config`, `dump-config`, `show-deprecated`: the configuration as it is understood."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from waypost.cli.options import Data

if TYPE_CHECKING:
    from waypost.settings import Settings

REDACTED = "[redacted]"
SECRET_KEY = re.compile(r"(?i)password|token|secret|authorization|api_?key|_pass$")
SECRET_URL = re.compile(r"(?<=://)[^/\s@]+@")
"""What stands before the host of an address."""


def validate_config(data: Data = None) -> None:
    """Is the configuration valid? Exit code 0, or 1 with all problems, a line each."""
    from waypost.platform.settings import SettingRefused
    from waypost.settings import load

    try:
        load(data)
    except SettingRefused as refused:
        typer.echo(f"Invalid configuration:\n{refused}", err=True)
        raise typer.Exit(1) from None
    typer.echo("Configuration is valid.")


def dump_config(data: Data = None) -> None:
    """The archive's configuration as JSON, secrets redacted."""
    import json

    from waypost.settings import load

    typer.echo(json.dumps(dumped(load(data)), indent=2, sort_keys=True, ensure_ascii=False))


def show_deprecated() -> None:
    """Which names in use have a better one by now, and which no longer do anything."""
    from waypost.settings import deprecated_names, load, without_effect

    sentences = [*deprecated_names(), *without_effect(load())]
    typer.echo("\n".join(sentences) or "Nothing deprecated is in use.")


def dumped(settings: "Settings") -> dict[str, Any]:
    """Every setting that the configuration file may hold, by section, as it counts now; nothing secret in it."""
    whole: dict[str, Any] = {}
    for path, value in _values(settings):
        section = whole
        *above, last = path.split(".")
        for name in above:
            section = section.setdefault(name, {})
        section[last] = value
    return whole


def _values(settings: "Settings") -> Iterator[tuple[str, Any]]:
    from dataclasses import fields

    from waypost.platform.settings import Group, path_of

    groups = [getattr(settings, field.name) for field in fields(settings)]
    for group in groups:
        if isinstance(group, Group):
            for name, field in type(group).model_fields.items():
                if path := path_of(field, name):
                    yield path, redacted(name, getattr(group, name))


def redacted(name: str, value: Any) -> Any:
    """A value that may be shown: secrets, by type or by name, and what stands before the host of an address, do not."""
    from pydantic import SecretStr, TypeAdapter

    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, SecretStr) or SECRET_KEY.search(name):
        return REDACTED
    if isinstance(value, str):
        return SECRET_URL.sub(f"{REDACTED}@", value)
    if isinstance(value, tuple | list | frozenset):
        return [redacted(name, each) for each in value]
    return redacted(name, TypeAdapter(Any).dump_python(value, mode="json"))
