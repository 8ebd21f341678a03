"""Merging, splitting and moving: what becomes of messages, people, figures, notes and links; and every way back."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.rearranging.conftest import ByHand, seen
from tests.ticketing.rearranging.pictures import Owner, picture
from waypost.platform.errors import Refusal
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.ticketing.rearranging import actions
from waypost.ticketing.rearranging.undo import AlreadyUndone, SomethingNewer, undo
from waypost.ticketing.tickets import actions as ticket_actions
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.actions import Change
from waypost.ticketing.tickets.linked import neighbours
from waypost.ticketing.tickets.models import LinkKind, Status, Touched
from waypost.ticketing.tickets.queries import TicketNotFound

pytestmark = pytest.mark.anyio
ANNA, BEN = "anna@client.example", "ben@other.example"


async def two(desk: MailDesk) -> tuple[UUID, UUID]:
    """Anna's conversation of two messages, Ben's of two."""
    found = await desk.deliver(
        mail("a1"),
        mail("b1", BEN, subject="Roof"),
        mail("a2", refs=["a1"]),
        mail("b2", BEN, subject="Roof", refs=["b1"]),
    )
    anna, ben = found[0], found[1]
    assert anna and ben and found[2:] == [anna, ben]
    return anna, ben


async def test_a_merge_brings_everything_and_its_undo_every_byte(desk: MailDesk, by_hand: ByHand, owner: Owner) -> None:
    anna, ben = await two(desk)
    async with by_hand() as work:
        note = await ticket_actions.add_note(work, await queries.by_id(work.db, anna), "both are one")
        note_id = note.id
    before = await picture(owner, desk.org)
    async with by_hand() as work:
        made = (await actions.merge(work, anna, ben)).id
    part, kept = await seen(desk, anna), await seen(desk, ben)
    assert (part.messages, part.people, part.ticket.message_count) == ((), set(), 0)
    assert part.ticket.status == Status.CLOSED and part.ticket.closed_at
    assert (len(kept.messages), kept.people, kept.ticket.message_count) == (4, {ANNA, BEN}, 4)
    assert kept.ticket.subject == "Roof" and kept.ticket.touched == Touched.BY_A_PERSON
    async with by_hand() as work:
        assert [one.id for one in await queries.notes(work.db, ben)] == [note_id]
        (led,) = await neighbours(work.db, anna)
        assert (led.id, led.kind, led.outgoing) == (ben, LinkKind.MERGED_INTO, True)
    async with by_hand() as work:
        await undo(work, made)
    assert await picture(owner, desk.org) == before


async def test_a_split_opens_a_ticket_and_its_undo_ends_it(desk: MailDesk, by_hand: ByHand, owner: Owner) -> None:
    anna, _ = await two(desk)
    first, second = (await seen(desk, anna)).messages
    before = await picture(owner, desk.org)
    async with by_hand() as work:
        made = await actions.split(work, anna, [second])
        made_id, born = made.id, made.other_id
    old, new = await seen(desk, anna), await seen(desk, born)
    assert (old.messages, new.messages) == ((first,), (second,))
    assert (old.ticket.message_count, new.ticket.message_count) == (1, 1)
    assert old.people == new.people == {ANNA}
    assert (new.ticket.status, new.ticket.requester_email, new.ticket.subject) == ("open", ANNA, "Boiler is cold")
    assert new.ticket.ticket_code in new.ticket.needle and await desk.reasons(born) == ["by_hand"]
    async with by_hand() as work:
        await undo(work, made_id)
    assert await picture(owner, desk.org) == before


async def test_a_moved_message_takes_its_people_along(desk: MailDesk, by_hand: ByHand, owner: Owner) -> None:
    anna, ben = await two(desk)
    (late,) = await desk.deliver(mail("c1", "cora@client.example", refs=["a1"], headers="Cc: anna@client.example\r\n"))
    assert late not in (anna, ben)
    (joined,) = await desk.deliver(mail("a3", refs=["a2"], headers="Cc: dora@client.example\r\n"))
    assert joined == anna
    moved = (await seen(desk, anna)).messages[-1]
    before = await picture(owner, desk.org)
    async with by_hand() as work:
        made = (await actions.move(work, anna, moved, ben)).id
    assert (await seen(desk, anna)).people == {ANNA}
    assert (await seen(desk, ben)).people == {ANNA, BEN, "dora@client.example"}
    async with by_hand() as work:
        await undo(work, made)
    assert await picture(owner, desk.org) == before


async def test_replies_follow_a_moved_message_and_nothing_brings_it_back(desk: MailDesk, by_hand: ByHand) -> None:
    anna, ben = await two(desk)
    first, second = (await seen(desk, anna)).messages
    async with by_hand() as work:
        await actions.move(work, anna, second, ben)
    (reply, again, late) = await desk.deliver(
        mail("a4", refs=["a1", "a2"]), mail("a2", refs=["a1"]), mail("a5", refs=["a1"])
    )
    assert (reply, again, late) == (ben, ben, anna)
    assert second in (await seen(desk, ben)).messages and first in (await seen(desk, anna)).messages


async def test_undoing_a_merge_after_new_mail_sends_each_message_home(desk: MailDesk, by_hand: ByHand) -> None:
    anna, ben = await two(desk)
    async with by_hand() as work:
        made = (await actions.merge(work, anna, ben)).id
    joined = await desk.deliver(mail("a3", refs=["a2"]), mail("b3", BEN, subject="Roof", refs=["b2"]), mail("a2"))
    assert joined == [ben, ben, ben]
    (followed,) = await desk.deliver(mail("a4", refs=["a2", "a3"]))
    assert followed == ben
    async with by_hand() as work:
        await undo(work, made)
    one, other = await seen(desk, anna), await seen(desk, ben)
    assert (len(one.messages), one.ticket.message_count, one.people) == (4, 4, {ANNA})
    assert (len(other.messages), other.ticket.message_count, other.people) == (3, 3, {BEN})
    assert one.ticket.status == Status.NEW and one.ticket.last_message_at and not one.ticket.closed_at


async def test_undoing_a_split_after_new_mail_keeps_the_number_leading_on(desk: MailDesk, by_hand: ByHand) -> None:
    anna, _ = await two(desk)
    second = (await seen(desk, anna)).messages[1]
    async with by_hand() as work:
        made = await actions.split(work, anna, [second])
        made_id, born = made.id, made.other_id
    assert await desk.deliver(mail("a3", refs=["a2"])) == [born]
    async with by_hand() as work:
        await undo(work, made_id)
    old, new = await seen(desk, anna), await seen(desk, born)
    assert (len(old.messages), old.ticket.message_count, old.people) == (3, 3, {ANNA})
    assert (new.messages, new.ticket.message_count, new.ticket.status) == ((), 0, Status.CLOSED)
    async with by_hand() as work:
        assert [(one.id, one.kind) for one in await neighbours(work.db, born)] == [(anna, "merged_into")]


async def test_what_a_person_changed_since_stays_changed(desk: MailDesk, by_hand: ByHand) -> None:
    anna, ben = await two(desk)
    async with by_hand() as work:
        await ticket_actions.change(work, await queries.by_id(work.db, ben), Change(status=Status.PENDING))
    async with by_hand() as work:
        made = (await actions.merge(work, anna, ben)).id
    assert (await seen(desk, ben)).ticket.status == Status.OPEN
    async with by_hand() as work:
        await ticket_actions.change(work, await queries.by_id(work.db, ben), Change(status=Status.CLOSED))
    async with by_hand() as work:
        await undo(work, made)
    assert (await seen(desk, ben)).ticket.status == Status.CLOSED
    assert (await seen(desk, anna)).ticket.status == Status.NEW


async def test_later_acts_are_undone_first(desk: MailDesk, by_hand: ByHand, owner: Owner) -> None:
    anna, ben = await two(desk)
    (cora,) = await desk.deliver(mail("c1", "cora@client.example", subject="Door"))
    assert cora
    before = await picture(owner, desk.org)
    async with by_hand() as work:
        first = (await actions.merge(work, anna, ben)).id
    async with by_hand() as work:
        second = (await actions.merge(work, ben, cora)).id
    with pytest.raises(SomethingNewer) as refused:
        async with by_hand() as work:
            await undo(work, first)
    assert refused.value.errors == [{"field": "rearrangement_id", "msg": str(second)}]
    for made in (second, first):
        async with by_hand() as work:
            await undo(work, made)
    assert await picture(owner, desk.org) == before
    with pytest.raises(AlreadyUndone):
        async with by_hand() as work:
            await undo(work, first)


async def test_links_of_the_part_are_links_of_the_whole(desk: MailDesk, by_hand: ByHand, owner: Owner) -> None:
    anna, ben = await two(desk)
    (cora,) = await desk.deliver(mail("c1", "cora@client.example", subject="Door"))
    assert cora
    async with by_hand() as work:
        await actions.link(work, anna, cora)
    async with by_hand() as work:
        await actions.link(work, cora, ben)
    with pytest.raises(actions.AlreadyLinked):
        async with by_hand() as work:
            await actions.link(work, ben, cora)
    before = await picture(owner, desk.org)
    async with by_hand() as work:
        made = (await actions.merge(work, anna, ben)).id
    async with by_hand() as work:
        gone = (await actions.unlink(work, cora, ben)).id
        assert await neighbours(work.db, cora) == []
    for one in (gone, made):
        async with by_hand() as work:
            await undo(work, one)
    assert await picture(owner, desk.org) == before


async def test_refusals(desk: MailDesk, other_desk: MailDesk, by_hand: ByHand) -> None:
    anna, ben = await two(desk)
    (theirs,) = await other_desk.deliver(mail("z1"))
    messages = (await seen(desk, anna)).messages
    assert theirs
    async with by_hand() as work:
        await actions.merge(work, ben, anna)
    refused: list[tuple[Callable[[Work], Awaitable[object]], type[Refusal]]] = [
        (lambda work: actions.merge(work, anna, anna), actions.WithItself),
        (lambda work: actions.merge(work, anna, theirs), TicketNotFound),
        (lambda work: actions.merge(work, anna, new_id()), TicketNotFound),
        (lambda work: actions.merge(work, ben, anna), actions.AlreadyPart),
        (lambda work: actions.split(work, anna, []), actions.NothingPicked),
        (lambda work: actions.split(work, anna, [new_id()]), actions.NotItsMessage),
        (lambda work: actions.unlink(work, anna, theirs), TicketNotFound),
    ]
    for act, refusal in refused:
        with pytest.raises(refusal):
            async with by_hand() as work:
                await act(work)
    every = (await seen(desk, anna)).messages
    assert set(messages) < set(every)
    with pytest.raises(actions.NothingWouldStay):
        async with by_hand() as work:
            await actions.split(work, anna, every)


async def test_a_ticket_is_never_left_empty_by_an_undo(desk: MailDesk, by_hand: ByHand, owner: Owner) -> None:
    anna, ben = await two(desk)
    own = (await seen(desk, ben)).messages
    async with by_hand() as work:
        first = (await actions.merge(work, anna, ben)).id
    async with by_hand() as work:
        second = (await actions.split(work, ben, own)).id
    before = await picture(owner, desk.org)
    with pytest.raises(SomethingNewer) as refused:
        async with by_hand() as work:
            await undo(work, first)
    assert refused.value.errors == [{"field": "rearrangement_id", "msg": str(second)}]
    assert await picture(owner, desk.org) == before


async def test_what_went_away_and_came_back_was_moved_all_the_same(
    desk: MailDesk, by_hand: ByHand, owner: Owner
) -> None:
    anna, ben = await two(desk)
    (cora,) = await desk.deliver(mail("c1", "cora@client.example", subject="Door"))
    assert cora
    (message,) = (await seen(desk, cora)).messages
    before = await picture(owner, desk.org)
    made = []
    acts = [(cora, ben), (ben, anna), (anna, ben)]
    async with by_hand() as work:
        made.append((await actions.merge(work, *acts[0])).id)
    for source, target in acts[1:]:
        async with by_hand() as work:
            made.append((await actions.move(work, source, message, target)).id)
    for place in (0, 1):
        with pytest.raises(SomethingNewer) as refused:
            async with by_hand() as work:
                await undo(work, made[place])
        assert refused.value.errors == [{"field": "rearrangement_id", "msg": str(made[2])}]
    for one in reversed(made):
        async with by_hand() as work:
            await undo(work, one)
    assert await picture(owner, desk.org) == before


async def test_nothing_goes_back_to_a_ticket_that_is_no_more(desk: MailDesk, by_hand: ByHand) -> None:
    anna, ben = await two(desk)
    message = (await seen(desk, anna)).messages[1]
    async with by_hand() as work:
        first = (await actions.split(work, anna, [message])).id
    async with by_hand() as work:
        second = (await actions.merge(work, anna, ben)).id
    with pytest.raises(SomethingNewer) as refused:
        async with by_hand() as work:
            await undo(work, first)
    assert refused.value.errors == [{"field": "rearrangement_id", "msg": str(second)}]
