"""Pages of keeping: they work without scripts, keep what was typed, and show each person what they may do."""

import re
from uuid import UUID

import httpx2
import pytest

from tests.archive.keeping.conftest import Archive
from tests.archive.records.keeping import Case
from tests.cast import Player

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}
CASE = Case(ref="7", number="20007", title="Zeppelin <hangar>")


async def page(archive: Archive, who: Player, path: str, **headers: str) -> str:
    async with archive.product.visit(who, HTML | headers) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def send(archive: Archive, who: Player, path: str, **fields: str) -> httpx2.Response:
    async with archive.product.visit(who, HTML) as browser:
        return await browser.post(path, data=fields)


async def test_holds_stand_beside_a_record(archive: Archive) -> None:
    cast, record_id = archive.product.cast, await archive.keep(CASE)
    at = f"/archives/{record_id}/holds"
    assert "Nothing holds this record." in await page(archive, cast.alice, at)
    block = await page(archive, cast.vera, at, **{"hx-request": "true"})
    assert "<html" not in block and "Place a hold" not in block and "Legal holds" in block
    empty = await send(archive, cast.alice, at, reason=" ")
    assert empty.status_code == 422 and "Say why" in empty.text
    done = await send(archive, cast.alice, at, reason="A <lawsuit>")
    assert (done.status_code, done.headers["location"]) == (303, f"/archives/{record_id}#holds")
    shown = await page(archive, cast.alice, at)
    assert "A &lt;lawsuit&gt;" in shown and "Alice" in shown
    lifting = re.findall(rf"{at}/[0-9a-f-]{{36}}/lifting", shown)[0]
    assert (await send(archive, cast.alice, lifting)).status_code == 422
    assert (await send(archive, cast.alice, lifting, reason="Settled")).status_code == 303
    assert "Settled" in await page(archive, cast.alice, at)
    assert (await send(archive, cast.bob, at, reason="x")).status_code == 403


async def test_classes_by_hand(archive: Archive) -> None:
    alice = archive.product.cast.alice
    assert "No retention class yet" in await page(archive, alice, "/archive-retention")
    await page(archive, alice, "/archive-retention/new")
    wrong = await send(archive, alice, "/archive-retention", name="Law", years="", priority="5")
    assert wrong.status_code == 422 and 'value="Law"' in wrong.text and "years, days, or both" in wrong.text
    bad = await send(archive, alice, "/archive-retention", name="Law", years="many", priority="5")
    assert bad.status_code == 422 and 'value="many"' in bad.text
    fields = {"name": "Law", "years": "10", "days": "1", "priority": "5", "path_prefix": "Contracts", "tag": ""}
    assert (await send(archive, alice, "/archive-retention", **fields)).status_code == 303
    shown = await page(archive, alice, "/archive-retention")
    assert "10 years" in shown and "Contracts" in shown
    (at,) = set(re.findall(r"/archive-retention/[0-9a-f-]{36}", shown))
    assert 'value="Contracts"' in await page(archive, alice, at)
    assert (await send(archive, alice, at, **fields | {"name": "Older law"})).status_code == 303
    assert "Older law" in await page(archive, archive.product.cast.vera, "/archive-retention")
    assert (await send(archive, alice, f"{at}/removal")).status_code == 303
    assert "No retention class yet" in await page(archive, alice, "/archive-retention")


async def test_from_proposal_to_certificate(archive: Archive) -> None:
    alice, carol = archive.product.cast.alice, archive.carol
    for empty, says in (("/archive-due", "Nothing is due"), ("/archive-certificates", "Nothing was ever erased")):
        assert says in await page(archive, alice, empty)
    assert "Nothing was ever proposed" in await page(archive, alice, "/archive-releases")
    record_id = await archive.keep(CASE)
    assert (await send(archive, alice, "/archive-releases", reason="x")).status_code == 422
    made = await send(archive, alice, "/archive-releases", reason="Over", record_ids=str(record_id))
    at = made.headers["location"]
    mine, hers = await page(archive, alice, at), await page(archive, carol, at)
    assert "somebody else has to agree" in mine and "Agree: erase them" not in mine and "Take it back" in mine
    assert "Agree: erase them" in hers and "Zeppelin &lt;hangar&gt;" in hers and "cannot be brought back" in hers
    own = await send(archive, alice, f"{at}/agreement")
    assert own.status_code == 403 and "Somebody else has to agree" in own.text
    assert (await send(archive, carol, f"{at}/agreement")).status_code == 303
    await archive.erase(at.rpartition("/")[2])
    done = await page(archive, carol, at)
    assert "Done" in done and "Zeppelin" not in done
    (certificate,) = set(re.findall(r"/archive-certificates/[0-9a-f-]{36}", done))
    shown = await page(archive, archive.product.cast.vera, certificate)
    assert "Alice" in shown and "Carol" in shown and "messages" in shown and str(record_id) in shown
    assert certificate in await page(archive, alice, "/archive-certificates")
    assert "Done" in await page(archive, alice, "/archive-releases")


async def test_a_proposal_may_be_refused_or_taken_back(archive: Archive) -> None:
    alice, record_id = archive.product.cast.alice, await archive.keep(CASE)
    person = await send(archive, alice, "/archive-releases", reason="Asked", concerns="nobody@client.example")
    assert person.status_code == 422 and 'value="nobody@client.example"' in person.text
    made = await send(archive, alice, "/archive-releases", reason="Asked", concerns="anna@client.example")
    at = made.headers["location"]
    assert "anna@client.example" in await page(archive, archive.carol, at)
    assert (await send(archive, archive.carol, f"{at}/refusal")).status_code == 422
    assert (await send(archive, archive.carol, f"{at}/refusal", reason="Needed")).status_code == 303
    assert "Needed" in await page(archive, alice, at)
    assert (await send(archive, archive.carol, f"{at}/agreement")).status_code == 409
    assert (await archive.record(UUID(str(record_id)))).state == "kept"
