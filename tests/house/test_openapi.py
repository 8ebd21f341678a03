"""The whole OpenAPI document, asked as every role: no answer is a fault of ours, no row is another organisation's.

Schemathesis draws what each door says it takes, and what it does not; half of the ids are real ones of Acme. A seeded
sample of the doors here, all of them with PROVE=1.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from anyio import from_thread, to_thread
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, openapi
from schemathesis.core import NotSet
from schemathesis.core.result import Ok

from tests.cast import Player, enter
from tests.fixtures import ORIGIN, Product
from tests.house.belongings import Belongings, gather_belongings
from tests.sampling import PROVE, SEED
from tests.ticketing.desk import INBOX
from waypost.platform.access import MACHINE, Role

pytestmark = pytest.mark.anyio

DOORS, TRIES = (10_000, 10) if PROVE else (6, 2)
ENDLESS = {"/live"}
"""Answers that never end: asked by their own tests."""
HONEST = {502, 503}
"""Somebody else's server is away, or none is set up: said, not suffered."""
PATIENCE = 20
SPOKEN_OF = INBOX
"""An address that sentences of ours give as an example."""
ROLES = (Role.OWNER, Role.AGENT, Role.VIEWER)


def operations(product: Product) -> Iterator[Any]:
    """Every documented door for programs, once for what it takes and for what it does not."""
    document = product.app.openapi()
    document["servers"] = [{"url": ORIGIN}]
    schema = openapi.from_dict(document)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        if found.ok().path not in ENDLESS:
            yield found.ok()


@dataclass(slots=True)
class Asking:
    """Who asks, with whose ids, and what went wrong."""

    product: Product
    things: Belongings
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    wrong: list[str] = field(default_factory=list)
    asked: int = 0

    async def people(self) -> list[tuple[str, Player | None]]:
        """Somebody of every role, Globex's owner, and a stranger: anew, because a door may end a session."""
        cast, works, found = self.product.cast, self.product.house.works, list[tuple[str, Player | None]]()
        async with works.open(cast.alice.org_id, MACHINE) as work:
            found += [(role.value, await enter(cast.desk, work, role.value.title(), role)) for role in ROLES]
        async with works.open(cast.mallory.org_id, MACHINE) as work:
            found.append(("another organisation", await enter(cast.desk, work, "Mallory", Role.OWNER)))
        return [*found, ("stranger", None)]

    async def door(self, operation: Any, mode: GenerationMode) -> None:
        """One door, as everybody."""
        for name, player in await self.people():
            async with self.product.visit(player) as client:
                ask = partial(self._ask, client, name)
                await to_thread.run_sync(partial(self._draw, operation, mode, ask))

    def _draw(self, operation: Any, mode: GenerationMode, ask: Any) -> None:
        @seed(SEED)
        @settings(
            max_examples=TRIES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            from_thread.run(ask, operation, case)

        try:
            one()
        except Unsatisfiable:
            return

    async def _ask(self, client: httpx2.AsyncClient, name: str, operation: Any, case: Any) -> None:
        used = {}
        for parameter in case.path_parameters or {}:
            known = self.things.of.get(parameter)
            if known and self.dice.random() < 0.5:
                used[parameter] = case.path_parameters[parameter] = known
        try:
            with anyio.fail_after(PATIENCE):
                answer = await client.request(
                    case.method, case.formatted_path, params=case.query or None, headers=ACCEPT, **sendable(case)
                )
        except (UnicodeError, httpx2.InvalidURL, ValueError):
            return  # no client could send this
        self.asked += 1
        self._judge(f"{case.method} {operation.path} as {name}", answer, client, used, name)

    def _judge(
        self, who: str, answer: httpx2.Response, client: httpx2.AsyncClient, used: dict[str, str], name: str
    ) -> None:
        if answer.status_code >= 500 and answer.status_code not in HONEST:
            self.wrong.append(f"{who}: {answer.status_code} {answer.request.url} {answer.request.content[:300]!r}")
        foreign = name in ("another organisation", "stranger")
        secrets = set(self.things.secrets) - {*used.values(), SPOKEN_OF}
        if foreign and (shown := sorted(secret for secret in secrets if secret in answer.text)):
            self.wrong.append(f"{who}: shows {shown} of Acme's at {answer.request.url}")


ACCEPT = {"accept": "application/json"}


def sendable(case: Any) -> dict[str, Any]:
    """The body as its media type has it: JSON, or the fields and files of a form."""
    body = case.body
    if isinstance(body, NotSet):
        return {}
    if case.media_type == "application/json" or not isinstance(body, dict):
        return {"content": body} if isinstance(body, bytes) else {"json": body}
    files = {name: ("file", value) for name, value in body.items() if isinstance(value, bytes)}
    fields = {name: str(value) for name, value in body.items() if name not in files}
    return {"data": fields} | ({"files": files} if files else {})


async def test_no_fault_and_no_foreign_row(product: Product, tmp_path: Path) -> None:
    asking = Asking(product, await gather_belongings(product, tmp_path))
    every = list(operations(product))
    chosen = asking.dice.sample(every, min(DOORS, len(every)))
    for operation in chosen:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if PROVE else (GenerationMode.POSITIVE,):
            await asking.door(operation, mode)
    assert len(every) > 40 and asking.asked >= len(chosen)
    assert not asking.wrong, "\n".join(sorted(set(asking.wrong)))
