"""The whole schema from the models, as statements: what a migration must lead to, and how tests check that it does."""

from collections.abc import Iterator

from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from waypost.platform.schema.declared import declared_sql
from waypost.platform.schema.security import APP, APP_ORG, BACKUP, ROLES, SEARCH, WORKER, is_tenant, secure_table

EXTENSIONS = ("unaccent", "pg_trgm", "btree_gin")


def statements(metadata: MetaData) -> Iterator[str]:
    """Roles, extensions, tables, indexes, row security and declared functions, in the order they must run."""
    yield ROLES
    yield f"grant usage on schema public to {APP}, {WORKER}, {SEARCH}, {BACKUP}"
    for extension in EXTENSIONS:
        yield f"create extension if not exists {extension}"
    yield APP_ORG
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # its constructor carries no types
    for table in metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect)).strip()
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect)).strip()
        if is_tenant(table):
            yield from secure_table(table)
        else:
            yield f"grant select on {table.name} to {BACKUP}"
    yield from declared_sql().values()
