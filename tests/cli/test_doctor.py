"""The doctor finds what is wrong, names it, and changes nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.conftest import Named, Waypost
from waypost.cli.opening import LoginTooPowerful, serving
from waypost.database import plain
from waypost.settings import load


def checks(waypost: Waypost) -> dict[str, dict[str, Any]]:
    """Findings by name."""
    return {one["name"]: one for one in json.loads(waypost("doctor", "--json").out)["checks"]}


def test_a_healthy_installation(migrated: Named, waypost: Waypost) -> None:
    ran = waypost("doctor", "--json")
    found = json.loads(ran.out)
    assert (ran.code, found["ok"]) == (0, True), ran.out
    assert [one["name"] for one in found["checks"] if one["verdict"] not in ("ok", "info")] == ["worker"]
    assert waypost("doctor", "--strict").code == 1


@pytest.fixture
def broken(migrated: Named) -> Iterator[Named]:
    """A policy is gone; it comes back afterwards."""
    migrated.do("drop policy tickets_org_isolation on tickets")
    yield migrated
    rule = "(org_id = (select app_org()))"
    migrated.do(f"create policy tickets_org_isolation on tickets using {rule} with check {rule}")


def test_a_missing_policy_is_named(broken: Named, waypost: Waypost) -> None:
    ran = waypost("doctor")
    assert ran.code == 1
    assert "wrong    row security     tickets: policy tickets_org_isolation is missing" in ran.out
    assert checks(waypost)["keys"]["verdict"] == "ok"


def test_a_database_that_does_not_answer(named: Named, waypost: Waypost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    ran = waypost("doctor")
    assert ran.code == 1
    assert "wrong    database" in ran.out
    assert "ok       storage" in ran.out
    assert "ok       checkpoints" in ran.out


def test_a_powerful_login_does_not_serve(migrated: Named, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", plain(migrated.owner))
    with pytest.raises(LoginTooPowerful, match="superuser"), serving(load(), leashed=False):
        pytest.fail("it served")
    monkeypatch.setenv("DATABASE_URL", plain(migrated.app))
    with serving(load(), leashed=False) as found:
        assert found.app.endswith(migrated.app.rpartition("@")[2])
