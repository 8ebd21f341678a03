"""What a look-up is: a SECURITY DEFINER function as a value, made into SQL by catalogue.py."""

from dataclasses import dataclass

from waypost.platform.schema.security import APP


@dataclass(frozen=True, slots=True)
class Function:
    """One SECURITY DEFINER function. `takes` are `name type`; `kind` is its volatility."""

    name: str
    takes: tuple[str, ...]
    gives: str
    body: str
    kind: str = "stable"
    language: str = "sql"
    callers: tuple[str, ...] = (APP,)


def rows(*columns: str) -> str:
    """The answer of a look-up with several columns, each `name type`."""
    return f"table ({', '.join(columns)})"
