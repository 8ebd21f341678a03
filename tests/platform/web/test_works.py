"""How doors work with the database: read only, committed before the answer, never another organisation's."""

from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from starlette.requests import Request

from tests.conftest import Orgs
from tests.platform.web.stage import PROVEN, house, person, visit
from waypost.platform.access import MACHINE, Role
from waypost.platform.errors import Conflict
from waypost.platform.facts import KeptFact
from waypost.platform.ids import new_id
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Doors, Reads, SignedIn, Staged, Writes
from waypost.platform.work import Work, Works

pytestmark = pytest.mark.anyio

doors = Doors()
THING = new_id()


def kept(work: Work) -> KeptFact:
    return KeptFact(thing_id=THING, event="knocked", actor_kind="person", at=work.now, data={})


@doors.post("/knocks", member=True)
async def knock(work: Writes, caller: SignedIn) -> str:
    work.db.add(kept(work))
    return str(caller.org_id)


@doors.post("/refused-knocks", member=True)
async def refused_knock(work: Writes) -> None:
    work.db.add(kept(work))
    await work.db.flush()
    raise Conflict


@doors.post("/doubled-knocks", member=True)
async def doubled_knock(work: Writes) -> str:
    fact = kept(work)
    fact.id = THING
    work.db.add(fact)
    return "never told before the commit"


@doors.get("/knocks", member=True)
async def knocks(work: Reads) -> int:
    return len((await work.db.scalars(select(KeptFact))).all())


@doors.get("/read-only", member=True)
async def read_only(work: Reads) -> str:
    return str(await work.db.scalar(text("show transaction_read_only")))


@doors.get("/secret-link/{org}", public=True)
async def secret_link(org: UUID, stages: Staged) -> str:
    async with stages.open(org, reads=True) as work:
        return work.actor.kind.value


@doors.get("/nobodys", public=True)
async def nobodys(stages: Staged) -> None:
    async with stages.open():
        raise AssertionError("a stranger has no organisation")


@pytest.fixture
def caller(orgs: Orgs) -> Caller:
    return person("alice", Role.OWNER, orgs.acme)


@pytest.fixture
def app(works: Works, caller: Caller) -> FastAPI:
    async def resolve(request: Request) -> Caller | None:
        return caller if "oss_session" in request.cookies else None

    return house(works=works, features=[doors], resolve_caller=resolve)


async def counted(works: Works, org: UUID) -> int:
    async with works.open(org, MACHINE, reads=True) as work:
        return len((await work.db.scalars(select(KeptFact))).all())


async def test_what_a_door_wrote_stands_before_its_answer_leaves(app: FastAPI, works: Works, orgs: Orgs) -> None:
    async with visit(app) as client:
        assert (await client.post("/knocks", headers=PROVEN)).json() == str(orgs.acme)
        assert (await client.get("/knocks", headers=PROVEN)).json() == 1
    assert (await counted(works, orgs.acme), await counted(works, orgs.globex)) == (1, 0)


async def test_a_refusal_takes_everything_back(app: FastAPI, works: Works, orgs: Orgs) -> None:
    async with visit(app) as client:
        assert (await client.post("/refused-knocks", headers=PROVEN)).status_code == 409
    assert await counted(works, orgs.acme) == 0


async def test_a_commit_that_fails_is_a_refusal_and_not_a_success(app: FastAPI) -> None:
    async with visit(app) as client:
        first = await client.post("/doubled-knocks", headers=PROVEN)
        second = await client.post("/doubled-knocks", headers=PROVEN)
    assert (first.status_code, second.status_code) == (200, 409)


async def test_reading_doors_cannot_write(app: FastAPI) -> None:
    async with visit(app) as client:
        assert (await client.get("/read-only", headers=PROVEN)).json() == "on"


async def test_a_door_for_strangers_works_for_the_organisation_that_a_secret_names(app: FastAPI, orgs: Orgs) -> None:
    async with visit(app) as client:
        assert (await client.get(f"/secret-link/{orgs.globex}")).json() == "stranger"
        assert (await client.get(f"/secret-link/{orgs.globex}", headers=PROVEN)).json() == "stranger"
        assert (await client.get(f"/secret-link/{orgs.acme}", headers=PROVEN)).json() == "person"
        assert (await client.get("/nobodys")).status_code == 401
