"""Writes the newest migration's SQL: what the models have beyond the migrations before it.

Tables, columns, indexes, constraints, policies, grants and functions come by themselves. A column that changes its kind
is refused here and written by hand into a migration of its own, for only a person knows what becomes of the rows.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from waypost.platform.schema.build import statements
from waypost.tables import everything

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
TARGET = VERSIONS / "0007_last_needs.sql"
TABLE = re.compile(r"CREATE TABLE (\w+) \(\n(.*)\n\)", re.DOTALL)
ALTERED = re.compile(r"alter table (\w+) (add|drop (?:constraint|column)) (.+?)(?: default \S+)?", re.DOTALL)
GONE = {"CREATE INDEX": "drop index", "CREATE UNIQUE INDEX": "drop index"}


def plain(statement: str) -> str:
    """As it stands in a file."""
    return "\n".join(line.rstrip() for line in statement.strip().rstrip(";").splitlines())


def before() -> list[str]:
    """Statements of the migrations before the newest."""
    files = sorted(one for one in VERSIONS.glob("*.sql") if one.name < TARGET.name)
    return [plain(part) for file in files for part in file.read_text(encoding="utf-8").split(";\n\n")]


def lines(body: str) -> dict[str, str]:
    """Columns and constraints of a table by name."""
    found = [line.strip().rstrip(",") for line in body.splitlines()]
    return {line.split()[1] if line.startswith("CONSTRAINT") else line.split()[0]: line for line in found if line}


def standing_tables(was: list[str]) -> dict[str, dict[str, str]]:
    """The shape of every table after the migrations before the newest."""
    shapes: dict[str, dict[str, str]] = {}
    for one in was:
        if made := TABLE.fullmatch(one):
            shapes[made[1]] = lines(made[2])
        elif changed := ALTERED.fullmatch(one):
            table, act, what = changed.groups()
            if act == "add":
                shapes[table] |= lines(what)
            else:
                shapes[table].pop(what)
    return shapes


def altered(table: str, old: dict[str, str], new: dict[str, str], metadata: MetaData) -> Iterator[str]:
    """From the old shape of a table to the new one."""
    for name in old.keys() - new.keys():
        yield f"alter table {table} drop {'constraint' if old[name].startswith('CONSTRAINT') else 'column'} {name}"
    for name, line in new.items():
        if name not in old:
            yield from added(table, line, metadata.tables[table].columns.get(name))
        elif old[name] != line and line.startswith("CONSTRAINT"):
            yield f"alter table {table} drop constraint {name}"
            yield f"alter table {table} add {line}"
        elif old[name] != line:
            raise SystemExit(f"{table}.{name} changed its kind: write that by hand")


def added(table: str, line: str, column: "Column[object] | None") -> Iterator[str]:
    """A new column gets its model's default in the rows that stand; a constraint is simply added."""
    if column is None or column.nullable:
        yield f"alter table {table} add {line}"
        return
    default = column.default
    if not isinstance(default, ScalarElementColumnDefault):
        raise SystemExit(f"{table}.{column.name} needs a scalar default, or to be nullable, for the rows that stand")
    value = column.type.literal_processor(postgresql.dialect())  # type: ignore[no-untyped-call]
    assert value is not None
    yield f"alter table {table} add {line} default {value(default.arg)}"
    yield f"alter table {table} alter {column.name} drop default"


def beyond(metadata: MetaData) -> Iterator[str]:
    """Everything that is not there yet, in the order it must run."""
    was = before()
    standing = standing_tables(was)
    now = [plain(one) for one in statements(metadata)]
    for one in was:
        kind = next((kind for kind in GONE if one.startswith(kind)), None)
        if kind and one not in now:
            yield f"{GONE[kind]} {one.removeprefix(kind).split()[0]}"
    for one in now:
        match = TABLE.fullmatch(one)
        if match and match[1] in standing:
            yield from altered(match[1], standing[match[1]], lines(match[2]), metadata)
        elif one not in was:
            yield one


def main() -> None:
    """One statement after another, each ended by a semicolon."""
    TARGET.write_text("\n\n".join(f"{one};" for one in beyond(everything())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
