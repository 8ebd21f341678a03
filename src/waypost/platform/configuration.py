"""The configuration file: one YAML mapping of sections below the environment; `signing.enabled` names a key in it.

It is `CONFIG_PATH`, else `config/config.yaml` where that exists. Whoever asks reads it anew: nothing is kept.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

NAMED = "CONFIG_PATH"
USUAL = Path("config") / "config.yaml"


class SettingRefused(Exception):
    """The start stops here: clear sentences for the operator, naming the setting and the way out."""


def place(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where the file is; None without one. Refuses a named file that is not there."""
    named = environment.get(NAMED, "").strip()
    if not named:
        return USUAL if USUAL.is_file() else None
    found = Path(named).expanduser()
    if not found.is_file():
        raise SettingRefused(f"{NAMED} names {found}, which is not there.")
    return found


def leaves() -> dict[str, Any]:
    """Every value of the file by its path; nothing without a file. A value of nothing counts as unset."""
    path = place()
    return dict(_walk(_read(path))) if path else {}


def _read(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingRefused(f"{path} cannot be read: {error}.") from None
    except yaml.YAMLError as error:
        raise SettingRefused(f"{path} is not YAML{_where(error)}.") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingRefused(f"{path} must be a mapping of sections (`signing:`, then `  enabled: true`).")
    return content


def _where(error: Exception) -> str:
    """Line and column, never the text: it may be a secret."""
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""


def _walk(section: Mapping[Any, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in section.items():
        path = f"{above}{key}"
        if isinstance(value, dict):
            yield from _walk(value, f"{path}.")
        elif value is not None and value != "":
            yield path, value
