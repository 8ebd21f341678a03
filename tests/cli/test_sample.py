"""The sample company: made once, found again."""

import json
from pathlib import Path

from tests.cli.conftest import Named, Waypost
from waypost.cli.opening import in_house
from waypost.cli.sample_sign_in import PASSWORD, PEOPLE
from waypost.main.house import House
from waypost.platform.identity import lookups
from waypost.platform.identity.passwords import Passwords


async def signs_in(house: House) -> bool:
    """Whether everybody's password is the one that is shown, for good."""
    async with lookups.catalogue(house.shards) as db:
        logins = [await lookups.login(db, one.email) for one in PEOPLE]
    right = [login and await Passwords().check(login.password_hash, PASSWORD) for login in logins]
    return all(right) and not any(login and login.for_once for login in logins)


def test_it_is_filled_once(migrated: Named, waypost: Waypost, tmp_path: Path) -> None:
    assert waypost("sample").code == 0
    mailbox = tmp_path / "data" / "demo" / "mailbox"
    written = {path.name: path.stat().st_mtime_ns for path in mailbox.iterdir()}
    assert "acme.mbox" in written
    assert waypost("sample").code == 0
    assert {path.name: path.stat().st_mtime_ns for path in mailbox.iterdir()} == written
    names = [one["name"] for one in json.loads(waypost("org", "list", "--json").out)]
    assert names.count("Acme") == 1
    ran = json.loads(waypost("import", mailbox, "--org", "Acme", "--json").out)
    assert ran["occurrences"] == 0
    assert ran["already"] > 50
    assert in_house(None, signs_in)
