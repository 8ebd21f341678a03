"""Threading on a labelled corpus: a sample here, all of it with PROVE=1."""

import os

import pytest

from tests.threading.corpus import TELLINGS, corpus
from tests.threading.delivery import arrive, settle_in
from tests.threading.outcomes import CONTRACT, came_out
from tests.threading.scores import score
from tests.ticketing.desk import MailDesk
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio

PROVE = bool(os.environ.get("PROVE"))
SEED = int(os.environ.get("SEED", "20261122"))
MAILS = 5_000 if PROVE else 400
LEAST_F1 = 0.99


def test_equal_seeds_give_equal_mails() -> None:
    assert corpus(300, 7) == corpus(300, 7) != corpus(300, 8)


def test_every_row_is_in_the_sample() -> None:
    assert {mail.row for mail in corpus(400, SEED)} == TELLINGS.keys()


async def test_conversations_come_out_right(desk: MailDesk) -> None:
    mails = corpus(MAILS, SEED)
    await settle_in(desk)
    delivery = await arrive(desk, mails, 100)
    got = score(mails, await delivery.homes())
    assert got.crossed == got.lost == 0, got
    assert got.f1 >= LEAST_F1, got
    found = await came_out(delivery, mails)
    seen = {case: {row: see(found[row]) for row, see in rows.items()} for case, rows in CONTRACT.items()}
    assert all(all(rows.values()) for rows in seen.values()), seen


async def test_scores_are_those_of_the_textbook() -> None:
    """Two threads of two mails each and a ticket that mixes them: two of six pairs are right."""
    mails = [mail for mail in corpus(300, 7) if mail.row == "counted ids"][:2]
    one, other = mails
    ticket, elsewhere = new_id(), new_id()
    mixed = score([one, one, other, other], [ticket] * 4)
    assert (mixed.right, mixed.found, mixed.true, mixed.crossed) == (2, 6, 2, 4)
    torn = score([one, one, other], [ticket, elsewhere, None])
    assert (torn.recall, torn.lost, torn.crossed) == (0.0, 1, 0)
