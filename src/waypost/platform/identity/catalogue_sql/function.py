"""What a look-up is: a SECURITY DEFINER function as a value, and how it and the tables behind it become SQL."""

from collections.abc import Iterable
from dataclasses import dataclass

from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, OWNER, WORKER


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


def shut(*tables: str) -> None:
    """Tables of the catalogue belong to the look-ups' role; app and worker have no right on them."""
    for table in tables:
        declare_sql(f"{table}.owner", f"grant select, insert, update, delete on {table} to {OWNER}")
        declare_sql(f"{table}.shut", f"revoke all on {table} from public, {APP}, {WORKER}")


def declare(functions: Iterable[Function]) -> None:
    """Make each function, owned by a role that nobody logs in as, and callable by its callers alone."""
    for function in functions:
        _declare(function)


def retire(*signatures: str) -> None:
    """Drop look-ups of earlier versions: one that answers or takes something else needs another signature."""
    for signature in signatures:
        declare_sql(f"{signature}.retired", f"drop function if exists {signature}")


def _declare(function: Function) -> None:
    called = f"{function.name}({', '.join(part.split()[1] for part in function.takes)})"
    definition = (
        f"create or replace function {function.name}({', '.join(function.takes)}) returns {function.gives}"
        f" language {function.language} {function.kind} security definer set search_path = public, pg_temp"
        f" as $body$ {function.body} $body$"
    )
    declare_sql(called, definition)
    declare_sql(f"{called}.owner", f"alter function {called} owner to {OWNER}")
    declare_sql(f"{called}.shut", f"revoke all on function {called} from public")
    if function.callers:
        declare_sql(f"{called}.callers", f"grant execute on function {called} to {', '.join(function.callers)}")
