"""The torture set is itself held to its promises: whole, named, repeatable, and quick to make."""

import subprocess
import sys
from collections import Counter
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from tests.wire.ordinary import ordinary_mails
from tests.wire.torture import Case, Sent, cases, fill
from tests.wire.torture.case import DUPLICATE, QUARANTINE, TICKET
from tests.wire.torture.everything import ROWS

SET = cases()
ROOT = Path(__file__).parents[2]
LIGHT = [case for case in SET if not case.heavy]


PRINT_DIGEST = "from tests.wire import test_torture_set as t; t.sys.stdout.write(t.digest())"


def digest() -> str:
    """One fingerprint over every mail that is not made on demand, and over some ordinary mail."""
    fingerprint = sha256()
    ready = [raw for case in SET if isinstance(case.mails, list) for raw in case.mails]
    for raw in [*ready, *ordinary_mails(50, 3)]:
        fingerprint.update(sha256(raw).digest())
    return fingerprint.hexdigest()


def test_names_are_unique_and_plenty() -> None:
    assert len(SET) >= 170
    assert [name for name, times in Counter(case.name for case in SET).items() if times > 1] == []


def test_every_row_has_a_case() -> None:
    named = {row for case in SET for row in case.rows}
    assert named == set(ROWS)


def test_endings_are_known_words() -> None:
    assert {word for case in SET for word in case.allowed} == {TICKET, DUPLICATE, QUARANTINE}


def test_another_process_makes_the_same_octets() -> None:
    """Nothing may depend on hash seeds, clocks or dice."""
    run = subprocess.run([sys.executable, "-c", PRINT_DIGEST], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout == digest()


def test_places_named_by_a_case_exist() -> None:
    """A promise about mail 3 of a case of two mails would never be checked."""
    for case in LIGHT:
        count = len(case.mails) if isinstance(case.mails, list) else 1
        assert all(0 <= place < count for place in _places(case)), case.name
        assert len(case.inboxes) in (0, count), case.name


def _places(case: Case) -> list[int]:
    holds = case.holds
    groups = [*holds.get("together", ()), *holds.get("collision", ()), *holds.get("apart", ())]
    pairs = [place for a, b, _ in holds.get("linked", ()) for place in (a, b)]
    keyed = [*holds.get("reasons", ()), *holds.get("confidence", ()), *holds.get("status", ())]
    keyed += [*holds.get("not_status", ()), *holds.get("requester", ()), *holds.get("recipient", ())]
    return [*(place for group in groups for place in group), *pairs, *keyed, *(a.after for a in case.answers)]


def test_placeholders_are_filled_by_the_answers() -> None:
    sent = Sent("<a@b.example>", "ticket+x@b.example", "X-OSS-Ticket-ID: x", b"From: b")
    for case in SET:
        if isinstance(case.mails, list):
            filled = [fill(raw, [sent] * len(case.answers)) for raw in case.mails]
            assert not any(b"%%answer" in raw for raw in filled), case.name


def test_mails_that_must_become_messages_of_their_own_differ() -> None:
    for case in LIGHT:
        if case.expect == TICKET and "messages" in case.holds:
            assert all(a != b for a, b in pairwise(case.raw())), case.name


def test_ordinary_mail_is_repeatable_and_every_mail_its_own() -> None:
    first, again = list(ordinary_mails(400, 3)), list(ordinary_mails(400, 3))
    assert first == again
    assert len(set(first)) == 400
    assert first != list(ordinary_mails(400, 4))


def test_ordinary_mail_has_the_sizes_it_promises() -> None:
    sizes = sorted(map(len, ordinary_mails(400, 3)))
    assert 9_000 < sizes[200] < 13_000
    assert 2_000 < sorted(map(len, ordinary_mails(400, 3, small=True)))[200] < 4_000
