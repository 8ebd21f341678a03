"""Erasing a ticket's content: not a word of it is left in any table or blob; rows, ids and the neighbours stay."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from tests.bridges.conftest import Bridge
from tests.bridges.test_origin import rich
from tests.ticketing.desk import MailDesk, mail
from waypost.archive.keeping.erasers import Erasers, Erasure
from waypost.bridges.kept_tickets.erasing import blank, places
from waypost.platform.access import MACHINE
from waypost.platform.errors import NotFound
from waypost.platform.storage.blobs import BlobMissing, Blobs

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]
WORDS = ("client.example", "Boiler is cold", "It is cold", "Adler", "quicksilver", "offer.pdf", "plate.png", "Ask Ben")


async def erase(bridge: Bridge, ticket: str) -> list[str]:
    """As the archive's job has it done; the places whose bytes went."""
    async with bridge.run.work() as work:
        keys = list((await places(work.db, UUID(ticket))).values())
    eraser = bridge.run.of(Erasers).of("ticket")
    assert eraser is not None
    gone = await eraser.erase(bridge.run, Erasure("ticket", "", ticket))
    assert gone == {"messages": gone["messages"], "blobs": len(keys)} or gone == {"messages": 0, "blobs": 0}
    return keys


async def rows_with(owner: Owner, org: object, words: tuple[str, ...]) -> AsyncIterator[str]:
    """Every table whose rows of this organisation hold one of the words, whatever the column."""
    tables = await (
        await owner.execute(
            "select c.table_name from information_schema.columns c join pg_class k on k.relname = c.table_name"
            " where c.table_schema = 'public' and c.column_name = 'org_id' and k.relkind = 'r'"
        )
    ).fetchall()
    assert len(tables) > 40
    for (table,) in tables:
        asked = sql.SQL("select 1 from {} t where org_id = %s and t::text ilike any(%s) limit 1")
        wanted: Any = [org, [f"%{word}%" for word in words]]
        found = await (await owner.execute(asked.format(sql.Identifier(str(table))), wanted)).fetchone()
        if found:
            yield str(table)


async def test_not_a_word_is_left(bridge: Bridge, owner: Owner) -> None:
    office = bridge.office
    (ticket,) = await office.deliver(rich())
    (more,) = await office.deliver(mail("more", refs=("rich",), text="The quicksilver gauge is stuck."))
    (apart,) = await office.deliver(
        mail("apart", "anna@client.example", subject="Boiler is cold too", text="quicksilver")
    )
    assert more == ticket
    await office.bob.post(f"/tickets/{ticket}/notes", json={"body_markdown": "Ask Ben."})
    typed = {"to_emails": "anna@client.example", "subject": "Re: Boiler is cold", "body": "It is cold?"}
    await office.send(f"/tickets/{ticket}/draft", **typed)
    merged = await office.bob.post(f"/tickets/{apart}/merges", json={"into": ticket})
    assert merged.status_code == 201, merged.text
    before = {table async for table in rows_with(owner, bridge.run.org, WORDS)}
    assert {"tickets", "message_contents", "ticket_notes", "rearranged_rows", "ticket_participants"} <= before
    keys = await erase(bridge, ticket)
    await erase(bridge, apart)
    assert [table async for table in rows_with(owner, bridge.run.org, WORDS)] == []
    for key in keys:
        with pytest.raises((BlobMissing, NotFound)):
            await bridge.run.of(Blobs).read(key)
    assert len(keys) == 5, "three mails, a picture and a file"


async def test_a_second_time_changes_nothing_and_pages_say_so(bridge: Bridge) -> None:
    office = bridge.office
    (ticket,) = await office.deliver(rich())
    code = (await office.get(f"/tickets/{ticket}"))["ticket"]["ticket_code"]
    await erase(bridge, ticket)
    await erase(bridge, ticket)
    left = await office.get(f"/tickets/{ticket}")
    assert left["ticket"]["ticket_code"] == code and left["ticket"]["subject"] is None
    assert [one["body_text"] for one in left["messages"]] == [None]
    assert [one["event_type"] for one in left["events"]].count("ticket_erased") == 1
    assert "Its content was erased" in await office.page(f"/tickets/{ticket}")
    assert (await office.ids(q="cold")) == []


async def test_neighbours_keep_theirs(bridge: Bridge, globex: MailDesk) -> None:
    """Equal bytes of another ticket, and of another organisation, stay."""
    office = bridge.office
    (ticket,) = await office.deliver(rich())
    shared = rich().replace(b"<rich@", b"<other@").replace(b"anna@", b"zoe@").replace(b"Boiler", b"Kettle")
    (other,) = await office.deliver(shared)
    (theirs,) = await globex.deliver(rich())
    assert other != ticket
    keys = await erase(bridge, ticket)
    assert len(keys) == 1, "only the mail itself: picture and file are the other ticket's, too"
    found = await office.get(f"/tickets/{other}")
    assert found["ticket"]["subject"] == "Kettle is cold" and found["messages"][0]["body_text"]
    for part in found["messages"][0]["attachments"]:
        assert (await office.bob.get(f"/tickets/{other}/attachments/{part['id']}/download")).status_code == 307
    product = office.product
    async with product.visit(product.cast.mallory) as mallory:
        seen = (await mallory.get(f"/tickets/{theirs}", headers={"accept": "application/json"})).json()
    assert seen["ticket"]["subject"] == "Boiler is cold"


async def test_another_organisation_erases_nothing_of_ours(bridge: Bridge, globex: MailDesk) -> None:
    (ticket,) = await bridge.office.deliver(rich())
    async with globex.works.open(globex.org, MACHINE) as work:
        assert await places(work.db, UUID(ticket)) == {}
        await blank(work, UUID(ticket))
    assert (await bridge.office.get(f"/tickets/{ticket}"))["ticket"]["subject"] == "Boiler is cold"
