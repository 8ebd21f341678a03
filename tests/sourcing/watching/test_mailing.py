"""Alerts reach the people of their own organisation, whichever it is."""

from dataclasses import dataclass, field

import pytest
from sqlalchemy import delete

from tests.sourcing.watching.test_alerts import START, Watch, silent, watch
from waypost.platform.access import MACHINE
from waypost.platform.identity.post import Letter, Occasion
from waypost.sourcing.runs.models import Run
from waypost.sourcing.watching.alerts import queries
from waypost.sourcing.watching.alerts.mailing import Bell, PostAway, ring

pytestmark = pytest.mark.anyio

__all__ = ["watch"]


@dataclass(slots=True)
class Pillar:
    """Takes letters, unless it is out of order."""

    letters: list[Letter] = field(default_factory=list)
    works: bool = True
    is_open: bool = True

    async def send(self, letter: Letter) -> bool:
        """As the relay answers."""
        self.letters += [letter] if self.works else []
        return self.works


async def test_an_organisations_own_people_are_written_to_once(watch: Watch) -> None:
    """Whichever organisation it is; the webhook of the environment belongs to one alone."""
    cast, post = watch.product.cast, Pillar(works=False)
    bell = Bell(post, "https://here.example")
    async with watch.open() as work:
        await silent(work)
    await watch.minutes(6)
    async with watch.open() as work:
        (state,) = [each for each in (await queries.states(work.db)).values() if each.state == "firing"]
    with pytest.raises(PostAway):
        await ring(watch.open, bell, state.id)
    post.works = True
    assert [await ring(watch.open, bell, state.id) for _ in range(2)] == [1, 0]
    (letter,) = post.letters
    assert (letter.to, letter.occasion) == (cast.alice.email, Occasion.ALERT), "Bob and Vera may not look"
    assert (letter.link, letter.org_name) == ("https://here.example/sourcing/alerts", "Acme")
    globex = watch.works.open(cast.mallory.org_id, MACHINE)
    assert await ring(lambda: globex, bell, state.id) == 0, "another organisation's alert does not exist"
    async with watch.open() as work:
        told = [(each.channel, each.status) for each in await queries.events(work.db)]
        assert await queries.last_told(work.db, START) == {}, "the webhook still owes its word"
    assert sorted(told) == [("mail", "failed"), ("mail", "sent")]
    await watch.minutes(1)
    async with watch.open() as work:
        await work.db.execute(delete(Run))
    await watch.minutes(8)
    assert await ring(watch.open, bell, state.id) == 0, "what is over is not written"
