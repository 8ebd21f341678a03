"""Cursors: a place comes back as it was, and garbage is refused by name."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.platform.errors import Invalid
from waypost.platform.places import PlaceUnreadable, read, written

MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.uuids())
def test_a_place_comes_back(at: datetime, last: UUID) -> None:
    cursor = written((at, last))
    assert read(cursor) == (at, last)
    assert cursor.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_cursor_a_list_begins(nothing: str | None) -> None:
    assert read(nothing) is None


@given(st.text(min_size=1))
def test_garbage_is_refused_and_never_an_error(garbage: str) -> None:
    try:
        place = read(garbage)
    except PlaceUnreadable as refused:
        assert refused.status == 422
    else:
        assert place is not None and place[0].tzinfo is UTC


def test_a_door_may_name_its_own_refusal() -> None:
    class OffTheMap(Invalid):
        """This cursor is not one of the map's."""

    with pytest.raises(OffTheMap):
        read("x", OffTheMap)
