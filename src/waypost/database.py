"""Which database serves this process: the embedded server of the data folder, or the one the operator names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from pydantic import SecretStr

from waypost.platform.postgres.server import Server, serve
from waypost.platform.safety.secrets import kept_secret
from waypost.platform.schema.security import APP, WORKER
from waypost.platform.settings import SettingRefused
from waypost.settings import Settings


@dataclass(frozen=True, slots=True)
class Database:
    """Addresses of one database under its logins; `admin` is None where only an operator knows it."""

    app: str
    worker: str
    admin: str | None


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """The database for as long as the block lasts; an embedded server starts, or is joined where it runs."""
    if not settings.embedded:
        yield _named(settings)
        return
    server = serve(settings.data)
    try:
        yield _embedded(settings, server)
    finally:
        server.release()


def _named(settings: Settings) -> Database:
    base = settings.base
    app = driver(base.database_url)
    assert app is not None
    return Database(app, driver(base.database_worker_url) or app, driver(base.database_admin_url))


def _embedded(settings: Settings, server: Server) -> Database:
    passwords = {role: kept_secret(settings.data / "secrets" / role) for role in (APP, WORKER)}
    logins = {role: server.dsn(role, password) for role, password in passwords.items()}
    return Database(logins[APP], logins[WORKER], server.admin_dsn())


def driver(url: SecretStr | None) -> str | None:
    """The address with our driver named, whichever way the operator wrote it."""
    if url is None:
        return None
    text = url.get_secret_value()
    scheme, separator, rest = text.partition("://")
    if not separator or not scheme.startswith("postgres"):
        raise SettingRefused("DATABASE_URL is not an address of PostgreSQL (postgresql://login:password@host/name).")
    return f"postgresql+psycopg://{rest}"


def let_in(settings: Settings, admin_url: str) -> None:
    """Give the logins of an embedded server their passwords, after a migration made the roles."""
    with psycopg.connect(plain(admin_url), autocommit=True) as connection:
        for role in (APP, WORKER):
            password = kept_secret(settings.data / "secrets" / role)
            statement = sql.SQL("alter role {} login password {}")
            connection.execute(statement.format(sql.Identifier(role), sql.Literal(password)))


def plain(url: str) -> str:
    """The address as libpq reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def named(url: str, name: str) -> str:
    """The address with a name for its sessions, by which they are known in `pg_stat_activity`."""
    return f"{url}{'&' if '?' in url else '?'}application_name={name}"
