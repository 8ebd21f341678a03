"""Mail that comes and people who rearrange, in any order: every message has one place, every figure is right, every act
can be taken back to the byte, and what a person put somewhere no machine brings elsewhere."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.database import Logins
from tests.ticketing.desk import mail
from tests.ticketing.rearranging.bench import Bench
from waypost.platform.errors import Conflict
from waypost.platform.work import Work
from waypost.ticketing.rearranging import actions
from waypost.ticketing.rearranging.models import Rearrangement
from waypost.ticketing.rearranging.undo import SomethingNewer, undo

PROVE = bool(os.environ.get("PROVE"))
PEOPLE = ("anna", "ben", "cora")
Act = Callable[[Work], Awaitable[Rearrangement]]


class Machine(RuleBasedStateMachine):
    """One organisation's desk; another's stands beside it and never changes."""

    logins: ClassVar[Logins]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.bench = Bench(self.logins, self.folder)
        self.theirs = self.bench.picture(theirs=True)
        self.places: dict[UUID, UUID] = {}
        self.names: list[tuple[str, str]] = []
        self.by_hand: set[UUID] = set()
        self.acts: list[tuple[UUID, Any]] = []
        """Acts that stand, each with the picture before it, while nothing else has happened since."""

    def teardown(self) -> None:
        assert self.bench.picture(theirs=True) == self.theirs
        self.bench.close()

    @rule(who=st.sampled_from(PEOPLE))
    def writes(self, who: str) -> None:
        """A new matter."""
        self._arrives(who, ())

    @rule(data=st.data(), aside=st.booleans())
    def answers(self, data: st.DataObject, aside: bool) -> None:
        """An answer to anything; sometimes to something that has not arrived and may still come."""
        known = [*self.names, *((f"late{n}", PEOPLE[n % 3]) for n in range(3) if aside)]
        if known:
            parent, who = data.draw(st.sampled_from(known))
            self._arrives(who, (parent,))

    @rule(number=st.integers(0, 2))
    def comes_late(self, number: int) -> None:
        """What others may have answered already; a second copy when it was here."""
        self._arrives(PEOPLE[number], (), f"late{number}")

    def _arrives(self, who: str, refs: tuple[str, ...], name: str | None = None) -> None:
        name = name or f"m{len(self.names)}"
        sender = f"{who}@client.example"
        self.bench.deliver(mail(name, sender, subject=f"Matter of {who}", refs=refs))
        if (name, who) not in self.names:
            self.names.append((name, who))
        before, self.places = self.places, self.bench.places()
        assert before.keys() <= self.places.keys()
        assert [one for one in self.by_hand if self.places[one] != before[one]] == []
        self.acts = [(made, None) for made, _ in self.acts]

    @rule(data=st.data())
    @precondition(lambda self: len(set(self.places.values())) > 1)
    def merges(self, data: st.DataObject) -> None:
        part, kept = data.draw(st.permutations(sorted(set(self.places.values()))))[:2]
        moved = self._of(part)
        self._acts(lambda work: actions.merge(work, part, kept))
        assert {self.places[one] for one in moved} == {kept}
        self.by_hand |= set(moved)

    @rule(data=st.data())
    @precondition(lambda self: self._long())
    def splits(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(self._long()))
        picked = data.draw(st.permutations(self._of(source)))[: data.draw(st.integers(1, len(self._of(source)) - 1))]
        self._acts(lambda work: actions.split(work, source, picked))
        assert len({self.places[one] for one in picked}) == 1 and source not in {self.places[one] for one in picked}
        self.by_hand |= set(picked)

    @rule(data=st.data())
    @precondition(lambda self: self._long() and len(set(self.places.values())) > 1)
    def moves(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(self._long()))
        message = data.draw(st.sampled_from(self._of(source)))
        target = data.draw(st.sampled_from(sorted(set(self.places.values()) - {source})))
        self._acts(lambda work: actions.move(work, source, message, target))
        assert self.places[message] == target
        self.by_hand.add(message)

    def _acts(self, act: Act) -> None:
        before, others = self.bench.picture(), dict(self.places)
        made = self.bench.by_hand(act)
        self.places = self.bench.places()
        moved = {UUID(one) for one in made.message_ids}
        assert {one for one in others if self.places[one] != others[one]} == moved
        self.acts.append((made.id, before))

    @rule()
    @precondition(lambda self: self.acts)
    def takes_the_last_back(self) -> None:
        """To the byte, when nothing else happened since."""
        made, before = self.acts.pop()
        self.bench.by_hand(lambda work: undo(work, made))
        assert before is None or self.bench.picture() == before
        self._settled()

    @rule(data=st.data())
    @precondition(lambda self: len(self.acts) > 1)
    def takes_any_back(self, data: st.DataObject) -> None:
        """It goes, or a later act stands in the way and nothing changes at all."""
        place = data.draw(st.integers(0, len(self.acts) - 2))
        made, before = self.acts[place][0], self.bench.picture()
        try:
            self.bench.by_hand(lambda work: undo(work, made))
        except SomethingNewer:
            assert self.bench.picture() == before
            return
        del self.acts[place]
        self.acts = [(one, None) for one, _ in self.acts]
        self._settled()

    def _settled(self) -> None:
        """What went back may be rearranged by the machine again."""
        self.places = self.bench.places()
        self.by_hand = self.bench.moved_and_standing() & self.places.keys()

    @invariant()
    def everything_is_right(self) -> None:
        assert self.bench.faults() == []

    @rule(data=st.data())
    @precondition(lambda self: self.acts)
    def nobody_undoes_twice(self, data: st.DataObject) -> None:
        made, _ = self.acts.pop()
        self.bench.by_hand(lambda work: undo(work, made))
        self._settled()
        self.acts = [(one, None) for one, _ in self.acts]
        before = self.bench.picture()
        try:
            self.bench.by_hand(lambda work: undo(work, made))
        except Conflict:
            assert self.bench.picture() == before
            return
        raise AssertionError("undone twice")

    def _of(self, ticket_id: UUID) -> list[UUID]:
        return sorted(one for one, there in self.places.items() if there == ticket_id)

    def _long(self) -> list[UUID]:
        """Tickets of more than one message."""
        return sorted({one for one in self.places.values() if len(self._of(one)) > 1})


def test_any_order_of_mail_and_hands(logins: Logins, tmp_path: Path) -> None:
    class Bound(Machine):
        pass

    Bound.logins, Bound.folder = logins, tmp_path
    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=30 if PROVE else 3,
            stateful_step_count=30 if PROVE else 12,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
