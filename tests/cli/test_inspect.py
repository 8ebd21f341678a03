"""Each flaw that the catalogue can show is found, and the schema as built has none."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.database import Logins
from waypost.database import plain
from waypost.platform.schema import inspect
from waypost.tables import everything

EXEMPT = [*inspect.exceptions(everything()), "alembic_version"]
RULE = "(org_id = (select app_org()))"


@pytest.fixture
def connection(logins: Logins) -> Iterator[inspect.Connection]:
    """As owner, in a transaction that never stands."""
    with psycopg.connect(plain(logins.owner)) as opened:
        yield opened
        opened.rollback()


def flaws(connection: inspect.Connection) -> list[str]:
    """All but the login's."""
    catalogue = inspect.catalogue_flaws(connection, inspect.shut(everything()))
    return inspect.row_security_flaws(connection, EXEMPT) + inspect.key_flaws(connection, EXEMPT) + catalogue


def test_the_schema_has_no_flaw(connection: inspect.Connection) -> None:
    assert flaws(connection) == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("alter table tickets disable row level security", "tickets: row security is not on"),
        ("alter table tickets no force row level security", "tickets: row security is not forced"),
        (
            "alter policy tickets_org_isolation on tickets using (true)",
            "tickets: policy tickets_org_isolation is missing or says something else",
        ),
        ("create policy peep on tickets for select using (true)", "tickets: policy peep lets the app see more"),
        ("create unique index u on tickets (id)", "tickets: unique index u does not begin with org_id"),
        (
            "alter table tickets add unique (id), add column up uuid,"
            " add constraint up_fk foreign key (up) references tickets (id)",
            "tickets: foreign key up_fk does not carry org_id",
        ),
        ("grant select on people to waypost_app", "people: waypost_app may reach the whole table"),
        ("create table strange (org_id uuid)", "strange: row security is not on"),
    ],
)
def test_each_damage_is_told(connection: inspect.Connection, damage: str, told: str) -> None:
    connection.execute(damage)
    assert told in flaws(connection)


def test_logins(logins: Logins, connection: inspect.Connection) -> None:
    assert inspect.login_flaws(connection) == ["postgres is a superuser", "postgres bypasses row security (BYPASSRLS)"]
    with psycopg.connect(plain(logins.app)) as app:
        assert inspect.login_flaws(app) == []
    connection.execute("alter table tickets owner to waypost_app; set local role waypost_app")
    assert inspect.login_flaws(connection) == ["waypost_app owns tickets"]


def test_the_revision_of_a_database_without_any(connection: inspect.Connection) -> None:
    assert inspect.revision(connection) is None
