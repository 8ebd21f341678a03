"""Organisations by the command line."""

import json

from tests.cli.conftest import Named, Waypost


def test_make_one_and_list_it(migrated: Named, waypost: Waypost) -> None:
    made = json.loads(
        waypost("org", "create", "Org One", "--owner", "One@Org.example", "--zone", "Europe/Berlin", "--json").out
    )
    assert len(made["one_time_password"]) == 16
    listed = json.loads(waypost("org", "list", "--json").out)
    assert {"id": made["id"], "name": "Org One", "zone": "Europe/Berlin"} in listed


def test_an_owner_with_a_password_keeps_it(migrated: Named, waypost: Waypost) -> None:
    waypost("org", "create", "Org Two", "--owner", "two@org.example")
    again = waypost("org", "create", "Org Three", "--owner", "two@org.example")
    assert again.out.rstrip().endswith("two@org.example signs in with the password they have.")


def test_refusals(migrated: Named, waypost: Waypost) -> None:
    assert waypost("org", "create", "Org Four", "--owner", "four@org.example").code == 0
    twice = waypost("org", "create", "Org Four", "--owner", "four@org.example")
    assert (twice.code, twice.err) == (2, "There is an organisation called Org Four already.\n")
    nowhere = waypost("org", "create", "Org Five", "--owner", "five@org.example", "--zone", "Mars/Olympus")
    assert (nowhere.code, nowhere.err.count("\n")) == (2, 1)
    nobody = waypost("jobs", "dead", "--org", "Org Six")
    assert (nobody.code, nobody.err) == (
        2,
        "There is no organisation called Org Six; waypost org list shows all.\n",
    )
