"""Bringing the database up to date from a command."""

from collections.abc import Callable

import psycopg

from waypost.cli.rights import missing_rights
from waypost.database import Database, let_in, plain
from waypost.platform.errors import Conflict
from waypost.platform.schema.inspect import revision
from waypost.platform.schema.migrate import head, migrate
from waypost.platform.schema.security import APP, BACKUP, WORKER
from waypost.settings import Settings

LET_SEE = f"grant select on alembic_version to {APP}, {WORKER}, {BACKUP}"
"""Whoever serves or saves the database may know its version."""
CAN_LOG_IN = "select count(*) = 2 from pg_roles where rolname = any(%s) and rolcanlogin"

Say = Callable[[str], None]


class NoOwner(Conflict):
    """DATABASE_ADMIN_URL is not set: only the owner's login can change the database."""


class RightsMissing(Conflict):
    """The login of DATABASE_ADMIN_URL may not make the roles; run this SQL as superuser, then migrate again."""

    def __init__(self, statements: list[str]) -> None:
        super().__init__()
        self.statements = statements


def is_current(settings: Settings, found: Database) -> bool:
    """Whether the schema is this program's and, in an embedded server, its logins work."""
    with psycopg.connect(plain(found.admin or found.app)) as connection:
        if revision(connection) != head():
            return False
        row = connection.execute(CAN_LOG_IN, [[APP, WORKER]]).fetchone()
    return not settings.embedded or row == (True,)


def bring_up(settings: Settings, found: Database, say: Say = lambda _line: None) -> str | None:
    """Run what is missing and let the logins in; gives the revision. Refuses without an owner's login or its rights."""
    if found.admin is None:
        if not is_current(settings, found):
            raise NoOwner
        return head()
    with psycopg.connect(plain(found.admin), autocommit=True) as connection:
        statements = missing_rights(connection)
        if statements:
            raise RightsMissing(statements)
        reached = migrate(found.admin, say)
        connection.execute(LET_SEE)
    if settings.embedded:
        let_in(settings, found.admin)
    return reached
