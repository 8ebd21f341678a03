"""The inbox's address: what it shows, and that it can be shared."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from waypost.platform.ids import new_id
from waypost.ticketing.messages.cursors import InvalidCursor, cursor, parse_cursor
from waypost.ticketing.tickets.models import Priority, Status
from waypost.ticketing.tickets.views import STATUSES, View

ME = new_id()


def view(query: str) -> View:
    return View.of(Request({"type": "http", "query_string": query.encode(), "headers": []}))


@pytest.mark.parametrize(
    ("query", "name", "q"),
    [
        ("", "open", ""),
        ("view=done", "done", ""),
        ("view=lost", "open", ""),
        ("q=boiler", "all", "boiler"),
        ("q=++", "open", ""),
        ("view=mine&q=+boiler+", "mine", "boiler"),
        ("q=" + "x" * 300, "all", "x" * 200),
    ],
)
def test_what_an_address_asks_for(query: str, name: str, q: str) -> None:
    assert (view(query).name, view(query).q) == (name, q)


def test_what_each_view_shows() -> None:
    assert view("").filters(ME).statuses == (Status.NEW, Status.OPEN)
    assert view("view=mine").filters(ME).assignee_user_id == ME
    unassigned = view("view=unassigned").filters(ME)
    assert unassigned.unassigned and unassigned.assignee_user_id is None
    assert view("q=x").filters(ME).statuses == ()
    shown = {status for name in ("open", "waiting", "done", "spam") for status in STATUSES[name]}
    assert shown == set(Status)


@given(st.sampled_from(sorted(STATUSES)), st.text(max_size=50), st.text("abc-_", max_size=9))
def test_an_address_leads_back_to_the_same_view(name: str, q: str, place: str) -> None:
    there = View(name, q.strip(), place)
    assert view(there.query().lstrip("?")) == there
    assert there.at().cursor == "" and there.at("x") == View(name, q.strip(), "x")


@given(
    st.builds(
        View,
        st.sampled_from(sorted(STATUSES)),
        status=st.sampled_from(["", *Status]).map(str),
        assignee=st.sampled_from(["", "me", "none", str(ME)]),
        queue=st.sampled_from(["", str(ME)]),
        priority=st.sampled_from(["", *Priority]).map(str),
        requester=st.sampled_from(["", "anna@client.example"]),
        since=st.dates(date(1970, 1, 1), date(2199, 12, 31)).map(str),
        until=st.sampled_from(["", "2199-12-31"]),
    )
)
def test_what_narrows_it_comes_back_too(there: View) -> None:
    assert view(there.query().lstrip("?")) == there
    asked = there.filters(ME)
    assert asked.priority == (there.priority or None) and asked.requester == there.requester
    assert not there.status or asked.statuses == (there.status,)
    assert asked.unassigned == (there.name == "unassigned" or there.assignee == "none")


def test_days_are_those_of_the_organisation_and_both_are_shown() -> None:
    asked = view("since=2026-03-01&until=2026-03-01").filters(ME, ZoneInfo("Asia/Tokyo"))
    assert asked.active_from == datetime(2026, 2, 28, 15, tzinfo=UTC)
    assert asked.active_to == datetime(2026, 3, 1, 15, tzinfo=UTC)
    for lost in ("2026-02-30", "1969-12-31", "9999-12-31", "20260301", "2026-W09-7", "soon"):
        assert view(f"since={lost}").since == "" and view(f"until={lost}").filters(ME).active_to is None


def test_what_nobody_knows_says_nothing() -> None:
    lost = view("view=all&status=lost&assignee=x&queue=1&priority=huge&requester=+Anna@Client.example+")
    assert lost == View("all", requester="anna@client.example")
    assert lost.narrowed and not view("view=all&cursor=x").narrowed
    assert view("view=watched").filters(ME).watched_by == ME and view("view=mentions").filters(ME).mentions == ME
    assert view("assignee=me").filters(ME).assignee_user_id == ME


def test_only_what_differs_is_said() -> None:
    assert View().query() == ""
    assert View("done").query() == "?view=done"
    assert View("open", "x").query() == "?view=open&q=x"
    assert View().query(was="status:open") == "?was=status%3Aopen"


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_place_comes_back_as_it_was(at: datetime, last: UUID) -> None:
    text = cursor(at, last)
    assert parse_cursor(text) == (at, last)
    assert parse_cursor("") is None and parse_cursor(None) is None


def test_a_place_that_is_not_ours() -> None:
    assert view("cursor=").place() is None
    with pytest.raises(InvalidCursor):
        view("cursor=garbage").place()
