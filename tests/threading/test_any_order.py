"""Any order of arrival gives the same conversations: the rules alone, on conversations that Hypothesis makes up."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from waypost.platform.ids import new_id
from waypost.ticketing.messages.marks import mark
from waypost.ticketing.messages.models import Direction
from waypost.ticketing.tickets.stitching import decide
from waypost.ticketing.tickets.threads import Newcomer, Threads

EXAMPLES = 2_000 if os.environ.get("PROVE") else 150
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DESK = "support@acme.example"
SUBJECTS = ("boiler", "parking")


@dataclass(frozen=True, slots=True)
class Turn:
    """Who says what: choices that a conversation turns into people. `names_all`: the whole chain of parents."""

    parent: int
    author: int
    brings: bool
    to_one: bool
    names_all: bool
    subject: int


turns = st.builds(
    Turn,
    parent=st.integers(0, 20),
    author=st.integers(0, 20),
    brings=st.booleans(),
    to_one=st.booleans(),
    names_all=st.booleans(),
    subject=st.integers(0, 1),
)


@dataclass(slots=True)
class Conversation:
    """Whoever answers was written to; whoever is written to may answer."""

    name: str
    said: list[Newcomer] = field(default_factory=list)
    chains: list[list[UUID]] = field(default_factory=list)

    def begin(self) -> None:
        """A customer asks."""
        self._say(f"first@{self.name}", set(), [], "boiler", names_all=True)

    def turn(self, turn: Turn) -> None:
        """Somebody answers."""
        place = turn.parent % len(self.said)
        parent = self.said[place]
        readers = sorted({*parent.people, DESK} - {parent.sender or ""})
        author = readers[turn.author % len(readers)]
        others = sorted(parent.people - {author})
        to = set(others[:1] if turn.to_one else others)
        to |= {f"guest{len(self.said)}@{self.name}"} if turn.brings else set()
        self._say(author, to, self.chains[place], SUBJECTS[turn.subject], names_all=turn.names_all)

    def _say(self, author: str, to: set[str], chain: list[UUID], subject: str, *, names_all: bool) -> None:
        own = mark(f"<{len(self.said)}@{self.name}>")
        ours = author == DESK
        self.said.append(
            Newcomer(
                new_id(),
                Direction.OUTBOUND if ours else Direction.INBOUND,
                author,
                frozenset(to if ours else {author, *to}),
                subject,
                tuple(reversed(chain if names_all else chain[-1:])),
                frozenset({own}),
                frozenset(),
                (),
                NOW,
            )
        )
        self.chains.append([*chain, own])


def conversation(name: str, told: Sequence[Turn]) -> Conversation:
    """As many turns as were drawn."""
    made = Conversation(name)
    made.begin()
    for turn in told:
        made.turn(turn)
    return made


def arrive(mails: Sequence[Newcomer]) -> Threads:
    """One after the other, as stitching takes them."""
    threads = Threads(own=frozenset({DESK}))
    for new in mails:
        decision = decide(new, threads)
        ticket_id = decision.ticket_id or new_id()
        threads.place(new, ticket_id)
        for other in decision.heals:
            threads.merge(other, ticket_id)
    return threads


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(turns, max_size=6), st.lists(turns, max_size=3), st.randoms(use_true_random=False))
def test_any_order_gives_one_ticket_a_conversation(told: list[Turn], others: list[Turn], dice: object) -> None:
    acme, globex = conversation("acme", told), conversation("globex", others)
    mails = [*acme.said, *globex.said]
    dice.shuffle(mails)  # type: ignore[attr-defined]
    homes = arrive(mails).ticket_of
    one, other = ({homes[new.message_id] for new in talk.said} for talk in (acme, globex))
    assert len(one) == len(other) == 1 and not one & other


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(turns, max_size=5), st.data())
def test_a_stranger_never_gets_in_whatever_they_name_and_whenever(told: list[Turn], data: st.DataObject) -> None:
    talk = conversation("acme", told)
    victim = data.draw(st.sampled_from(talk.said))
    known = [one for new in talk.said for one in new.marks]
    stranger = Newcomer(
        new_id(),
        Direction.INBOUND,
        "eve@elsewhere.example",
        frozenset({"eve@elsewhere.example", *data.draw(st.sampled_from([(), tuple(victim.people)]))}),
        "boiler",
        tuple(data.draw(st.lists(st.sampled_from(known), max_size=3, unique=True))),
        frozenset({data.draw(st.sampled_from([mark("<eve@elsewhere.example>"), *known]))}),
        frozenset(),
        (),
        NOW,
    )
    threads = arrive([*talk.said, stranger])
    homes = {threads.ticket_of[new.message_id] for new in talk.said}
    assert len(homes) == 1 and threads.ticket_of[stranger.message_id] not in homes
