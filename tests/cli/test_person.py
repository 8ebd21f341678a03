"""People by the command line: what only the operator does."""

from tests.cli.conftest import Named, Waypost

EMAIL = "olga@person.example"


def flags_of(named: Named) -> list[tuple[object, ...]]:
    """Olga's, as the database has them."""
    return named.ask(
        f"select is_disabled, installation_operator, password_is_for_once from people where email = '{EMAIL}'"
    )


def test_flags_of_the_installation(migrated: Named, waypost: Waypost) -> None:
    assert waypost("org", "create", "Org of Olga", "--owner", EMAIL).code == 0
    assert waypost("org", "operator", "Olga@Person.example").out == (
        "Olga@Person.example is now an operator of this installation.\n"
    )
    assert waypost("person", "disable", EMAIL).code == 0
    assert flags_of(migrated) == [(True, True, True)]
    assert waypost("person", "enable", EMAIL).code == waypost("org", "operator", EMAIL, "--off").code == 0
    assert flags_of(migrated) == [(False, False, True)]
    again = waypost("person", "password", EMAIL)
    assert again.code == 0 and len(again.out.rstrip().rpartition(": ")[2]) == 16


def test_refusals(migrated: Named, waypost: Waypost) -> None:
    for command in (("org", "operator"), ("person", "disable"), ("person", "password"), ("person", "second-factor")):
        answer = waypost(*command, "nobody@person.example")
        assert (answer.code, answer.err) == (2, "Nobody has the address nobody@person.example.\n")
    waypost("org", "create", "Another of Olga", "--owner", "other@person.example")
    none = waypost("person", "second-factor", "other@person.example")
    assert (none.code, none.err) == (2, "There is no second factor to do that with.\n")
