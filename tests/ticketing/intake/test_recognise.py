"""Which mail is a copy of which: pure rules. Equal content is one message, doubt is a twin and never a copy."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from waypost.platform.ids import new_id
from waypost.ticketing.intake.recognise import Known, Prints, Register
from waypost.ticketing.messages.marks import mark

ID, OTHER_ID = mark("<1@x.example>"), mark("<2@x.example>")
MAIL = Prints(b"signature", b"content", b"fingerprint", ID, dated=True)


def register(*known: Prints) -> Register:
    made = Register()
    for prints in known:
        made.add(Known(new_id(), prints))
    return made


def test_the_same_mail_again() -> None:
    assert register(MAIL).same(MAIL) is not None
    assert register().same(MAIL) is None


def test_content_tells_a_copy_whose_id_was_lost_or_rewritten() -> None:
    for id_ in (None, OTHER_ID):
        assert register(MAIL).same(replace(MAIL, signature=b"other", rfc_mark=id_)) is not None


def test_an_id_alone_proves_nothing() -> None:
    forged = Prints(b"other", b"else", b"different", ID, dated=True)
    known = register(MAIL)
    assert known.same(forged) is None and len(known.twins(forged)) == 1


def test_a_signature_counts_only_under_its_fingerprint() -> None:
    assert register(MAIL).same(replace(MAIL, fingerprint=b"different", content=b"else")) is None


def test_without_a_date_content_needs_the_same_id() -> None:
    undated = replace(MAIL, signature=b"other", dated=False)
    assert register(MAIL).same(undated) is not None
    for id_ in (None, OTHER_ID):
        assert register(MAIL).same(replace(undated, rfc_mark=id_)) is None
    assert len(register(MAIL).twins(replace(undated, rfc_mark=None))) == 1


def test_look_alikes_are_twins() -> None:
    alike = Prints(b"other", b"else", b"fingerprint", OTHER_ID, dated=True)
    known = register(MAIL, Prints(b"a", b"b", b"c", None, dated=True))
    assert known.same(alike) is None
    assert [twin.prints for twin in known.twins(alike)] == [MAIL]


def test_two_mails_without_ids_are_no_twins_for_that() -> None:
    nameless = [Prints(bytes([n]), bytes([n]), bytes([n]), None, dated=True) for n in range(2)]
    assert register(nameless[0]).twins(nameless[1]) == []


def test_every_id_a_message_was_known_by_counts() -> None:
    message_id, made = new_id(), Register()
    made.add(Known(message_id, MAIL, group=message_id))
    made.add(Known(message_id, replace(MAIL, rfc_mark=OTHER_ID)))
    found = made.same(replace(MAIL, dated=False, rfc_mark=OTHER_ID))
    assert found is not None and found.rfc_marks == {ID, OTHER_ID} and found.group == message_id
    assert len(made.twins(MAIL)) == 1


marks = st.sampled_from([None, ID, OTHER_ID])
prints = st.builds(
    Prints,
    *[st.sampled_from([b"a", b"b"]) for _ in range(3)],
    marks,
    st.booleans(),
)


@given(st.lists(prints, max_size=6), prints)
def test_a_copy_is_always_also_alike(known: list[Prints], mail: Prints) -> None:
    made = register(*known)
    same = made.same(mail)
    alike: list[UUID] = [twin.message_id for twin in made.twins(mail)]
    assert same is None or same.message_id in alike
