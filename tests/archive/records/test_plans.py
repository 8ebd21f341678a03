"""The catalogue's search goes the way that fits, and finds the newest whichever it goes."""

from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
from sqlalchemy import text

from tests.conftest import Orgs
from waypost.archive.records.search_sql import FEW, LOOKED_AT, NEWEST
from waypost.platform.access import MACHINE
from waypost.platform.work import Works

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]
MANY = 6_500
RECORDS = """
insert into archive_records (org_id, id, origin_kind, source, ref, number, title, customer, customer_email, folder,
  needle, state, newest, newest_id, numbered, level, size_bytes, made_at, kept_at, holds)
select %(org)s, md5(%(org)s::text || n)::uuid, 'zammad', 'default', n::text, n::text, '', '', '', '',
  concat_ws(' ', 'boiler', n, case when n %% 3 = 0 then 'often' end, case when n %% 30 = 0 then 'sometimes' end,
    case when n %% 300 = 0 then 'seldom' end, case when n > 2000 or n %% 100 = 0 then 'formerly' end,
    case when n > 2100 then 'once' end),
  'kept', 1, md5(n::text)::uuid, 1, 'B-B', 1, at, at, 0
from generate_series(1, %(many)s) n, lateral (select now() - n * interval '1 minute' as at) moment
"""
SAID: dict[str, Callable[[int], bool]] = {
    "boiler": lambda n: True,
    "often": lambda n: n % 3 == 0,
    "sometimes": lambda n: n % 30 == 0,
    "seldom": lambda n: n % 300 == 0,
    "formerly": lambda n: n > 2_000 or n % 100 == 0,
    "once": lambda n: n > 2_100,
    "nowhere": lambda n: False,
}
"""Which of the records, counted from the newest, hold a word: each is found in a way of its own."""


@pytest.fixture
async def crowd(owner: Owner, orgs: Orgs) -> AsyncIterator[None]:
    """A few thousand records of Acme, some of Globex; gone afterwards."""
    await owner.execute("set session_replication_role = replica")
    for org, many in ((orgs.acme, MANY), (orgs.globex, 60)):
        await owner.execute(RECORDS, {"org": org, "many": many})
    await owner.execute("vacuum (analyze) archive_records")
    yield
    await owner.execute("delete from archive_records where org_id = any(%s)", ([orgs.acme, orgs.globex],))
    await owner.execute("vacuum (analyze) archive_records")


@pytest.mark.usefixtures("crowd")
async def test_a_search_finds_the_newest_whichever_way_it_goes(works: Works, orgs: Orgs) -> None:
    assert MANY - 2_100 > FEW > LOOKED_AT > NEWEST
    asked = text("select number::int from archive_records where id in (select search_archive(:pattern))")
    for org, many in ((orgs.acme, MANY), (orgs.globex, 60)):
        for word, holds in SAID.items():
            async with works.open(org, MACHINE, reads=True) as work:
                found = sorted(await work.db.scalars(asked, {"pattern": f"%{word}%"}))
            assert found == [n for n in range(1, many + 1) if holds(n)][:NEWEST], word
