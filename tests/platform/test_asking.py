"""The short way of asking: as the session answers, in its transaction, heard by whoever listens."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Integer, any_, bindparam, cast, event, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError

from tests.conftest import Orgs
from waypost.platform.access import MACHINE
from waypost.platform.asking import ask
from waypost.platform.facts import KeptFact
from waypost.platform.ids import new_id
from waypost.platform.work import Work, Works

pytestmark = pytest.mark.anyio

AMONG = (
    select(KeptFact.id, KeptFact.thing_id, KeptFact.event, KeptFact.actor_id, KeptFact.at, KeptFact.data)
    .where(KeptFact.id == any_(bindparam("ids", type_=ARRAY(KeptFact.id.type))), KeptFact.event == "said")
    .order_by(KeptFact.at.desc())
    .limit(bindparam("most"))
)
NUMBER = select(cast(bindparam("text"), Integer))


def fact(at: datetime) -> KeptFact:
    return KeptFact(id=new_id(), thing_id=new_id(), event="said", actor_kind="machine", at=at, data={"a": [1, "ü%"]})


async def said(work: Work) -> list[UUID]:
    facts = [fact(datetime(2026, 1, day, tzinfo=UTC)) for day in (1, 2, 3)]
    work.db.add_all(facts)
    return [one.id for one in facts]


async def test_it_answers_as_the_session_does_and_sees_what_was_just_written(work: Work) -> None:
    ids = await said(work)
    rows = await ask(work.db, AMONG, {"ids": ids, "most": 2})
    assert [row.id for row in rows] == ids[:0:-1] and rows[0].data == {"a": [1, "ü%"]}
    again = (await work.db.execute(AMONG, {"ids": ids, "most": 2})).all()
    assert [tuple(row) for row in rows] == [tuple(row) for row in again]
    assert len(await ask(work.db, AMONG, {"ids": ids, "most": None})) == 3


async def test_another_organisation_sees_nothing(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        ids = await said(work)
    async with works.open(orgs.globex, MACHINE, reads=True) as other:
        assert await ask(other.db, AMONG, {"ids": ids, "most": 9}) == []
    async with works.open(orgs.acme, MACHINE, reads=True) as own:
        assert len(await ask(own.db, AMONG, {"ids": ids, "most": 9})) == 3


async def test_each_transaction_of_a_session_is_asked_on_its_own(works: Works, orgs: Orgs) -> None:
    async with works.shards.session(orgs.acme) as session:
        for number in (1, 2):
            async with session.begin():
                assert [tuple(row) for row in await ask(session, NUMBER, {"text": str(number)})] == [(number,)]


async def test_who_listens_to_statements_hears_it(works: Works, work: Work) -> None:
    heard: list[str] = []
    engine = works.shards.engine.sync_engine

    def hear(*told: object) -> None:
        heard.append(str(told[2]))

    for name in ("before_cursor_execute", "after_cursor_execute"):
        event.listen(engine, name, hear)
    await ask(work.db, AMONG, {"ids": [], "most": 1})
    for name in ("before_cursor_execute", "after_cursor_execute"):
        event.remove(engine, name, hear)
    assert [text.count("FROM facts") for text in heard if "SET LOCAL" not in text] == [1, 1]


async def test_a_fault_is_told_as_the_sessions_without_what_was_asked(works: Works, orgs: Orgs) -> None:
    with pytest.raises(DBAPIError) as fault:
        async with works.open(orgs.acme, MACHINE, reads=True) as work:
            await ask(work.db, NUMBER, {"text": "no number"})
    assert "parameters hidden" in str(fault.value)
