"""Writes docs/config.schema.json and config/config.example.yaml: the keys of the configuration file, from the code."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import SecretStr, TypeAdapter
from pydantic.fields import FieldInfo

from scripts.configuration import meanings
from waypost.platform.settings import names_of, path_of
from waypost.settings import GROUPS

CHECKOUT = Path(__file__).parents[1]
SCHEMA = CHECKOUT / "docs" / "config.schema.json"
EXAMPLE = CHECKOUT / "config" / "config.example.yaml"
HEAD = """\
# The archive's configuration file, written by `make docs`: every key with its default. Copy it to config/config.yaml,
# or name it in CONFIG_PATH, and take away the # where something shall be different. The environment wins over this
# file: `signing.enabled` is SIGNING__ENABLED there, and the flat name beside each key. docs/config.schema.json is its
# schema.
"""


@dataclass(frozen=True, slots=True)
class Key:
    """One setting that the file may hold."""

    path: str
    environment: str
    field: FieldInfo
    meaning: str

    @property
    def default(self) -> Any:
        """As JSON says it; secrets have none."""
        value = self.field.get_default(call_default_factory=True, validated_data={})
        if isinstance(value, SecretStr):
            return value.get_secret_value() or None
        return TypeAdapter(Any).dump_python(value, mode="json") if value != () else None


def all_keys() -> list[Key]:
    """All keys in the order of their paths; one that two parts read means one thing, and is told once."""
    return [key for _, key in sorted({key.path: key for key in _keys()}.items())]


def _keys() -> Iterator[Key]:
    for group in GROUPS:
        said = meanings(group)
        for name, field in group.model_fields.items():
            if path := path_of(field, name):
                flat = next((each for each in names_of(field, name) if "__" not in each), None)
                yield Key(path, flat or path.upper().replace(".", "__"), field, said.get(name, ""))


def schema() -> str:
    """JSON Schema (draft 2020-12) of the file."""
    whole: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Waypost: configuration of the archive",
        **_section(),
    }
    for key in all_keys():
        section = whole
        *above, last = key.path.split(".")
        for name in above:
            section = section["properties"].setdefault(name, _section())
        section["properties"][last] = _property(key)
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _section() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": {}}


def _property(key: Key) -> dict[str, Any]:
    annotated: Any = key.field.annotation
    shape = TypeAdapter(annotated).json_schema()
    secret = {name: value for name, value in shape.items() if name not in {"format", "writeOnly"}}
    shape = secret if "SecretStr" in str(annotated) else shape
    bounds = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
    limits = {
        word: getattr(each, mark)
        for each in key.field.metadata
        for mark, word in bounds.items()
        if getattr(each, mark, None) is not None
    }
    told = f"{key.meaning} Environment: {key.environment}.".strip()
    default = {} if key.default is None else {"default": key.default}
    return {**shape, **limits, "description": told, **default}


def example() -> str:
    """The file with every key, commented out."""
    told = _lines([(key.path.split("."), key) for key in all_keys()], "")
    return HEAD + "\n" + "\n".join(f"# {line}" if line else "" for line in told).strip() + "\n"


def _lines(places: list[tuple[list[str], Key]], indent: str) -> Iterator[str]:
    for name, below in groupby(places, key=lambda place: place[0][0]):
        held = list(below)
        if len(held[0][0]) == 1:
            key = held[0][1]
            yield f"{indent}{name}: {json.dumps(key.default, ensure_ascii=False)}  # {key.environment}"
            continue
        yield f"{indent}{name}:"
        yield from _lines([(path[1:], key) for path, key in held], indent + "  ")
        if not indent:
            yield ""


def main() -> None:
    """Write both; a test refuses files that have fallen behind."""
    EXAMPLE.parent.mkdir(exist_ok=True)
    SCHEMA.write_text(schema(), encoding="utf-8")
    EXAMPLE.write_text(example(), encoding="utf-8")


if __name__ == "__main__":
    main()
