"""A ticket becomes a snapshot: both wire shapes, people, order, bodies, fields (archive's §2.2 to §2.4)."""

from datetime import UTC, datetime

import pytest

from tests.archive.sources.conftest import Hand
from tests.wire.zammad import Fault, World
from waypost.archive.requests.origin import Case, Gathered
from waypost.archive.sealing.snapshot import Snapshot
from waypost.archive.sources.models import Source
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.origin import ZammadOrigin
from waypost.archive.sources.zammad.bodies import is_html
from waypost.archive.sources.zammad.reading import moment, text, whole
from waypost.archive.sources.zammad.words import NotInZammad, ZammadUnclear
from waypost.platform.ids import new_id

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("source")]


async def gathered(hand: Hand, zammads: Zammads, ref: object, **hints: object) -> Gathered:
    """Everything about a ticket."""
    case = Case(new_id(), "zammad", "default", str(ref), hints=hints)
    return await ZammadOrigin(zammads, "1.0").gather(hand, case)


async def snapshot(hand: Hand, zammads: Zammads, ref: object) -> Snapshot:
    """Its snapshot."""
    return (await gathered(hand, zammads, ref)).snapshot


async def test_real_shape(hand: Hand, zammads: Zammads, world: World, source: Source) -> None:
    """Flat ids, names from assets and from the routes of states, attributes at the top."""
    ticket = world.ticket("pdf:sign", "vip", building="North", empty=None)
    world.article(ticket, "<p>Open</p>", cc="ben@other.example")
    found = await gathered(hand, zammads, ticket.id)
    subject, origin = found.snapshot.subject, found.snapshot.origin
    assert (subject.number, subject.title) == (ticket.values["number"], "Hangar door")
    assert (subject.owner.name, subject.customer.email) == ("Ines Roth", "anna@client.example")
    assert (subject.state, subject.priority, subject.group) == ("closed", "2 normal", "Hangar")
    assert subject.organisation == "Zeppelin Ltd" and subject.tags == ("pdf:sign", "vip")
    assert subject.custom_fields["building"] == "North" and "empty" not in subject.custom_fields
    assert "group_id" not in subject.custom_fields
    assert (origin.kind, origin.key, origin.address) == (
        "zammad",
        "default",
        f"{source.base_url}/#ticket/zoom/{ticket.id}",
    )
    article = found.snapshot.articles[0]
    assert (article.kind, article.author, article.cc) == ("email", "customer", "ben@other.example")
    assert article.created_by.login == "anna"
    assert found.placing.segments == ("Customers", "Zeppelin") and found.placing.user == "ines"


async def test_peer_shape(hand: Hand, zammads: Zammads, world: World) -> None:
    """People as objects, own attributes below the preferences, tags as an array, types at the attachments."""
    world.shape = "peer"
    ticket = world.ticket("pdf:sign", archive_path=["Customers", " Zeppelin ", ""], archive_user_mode=None)
    world.article(ticket, "<p>Open</p>", world.attachment("a.txt", b"hello", "text/plain"))
    found = await gathered(hand, zammads, ticket.id)
    assert found.snapshot.subject.customer.login == "anna"
    assert found.placing.segments == ("Customers", "Zeppelin") and found.placing.user == "ines"
    (file,) = found.snapshot.articles[0].files
    assert (file.content_type, file.fate) == ("text/plain", "kept")


async def test_order_of_articles(hand: Hand, zammads: Zammads, world: World) -> None:
    """By time (one without an offset is UTC), undated last, then by id as a number."""
    ticket = world.ticket()
    for said, at in (("b", None), ("d", "2026-01-02T00:00:00"), ("c", "2026-01-02T01:00:00+02:00"), ("a", None)):
        world.article(ticket, f"<p>{said}</p>", created_at=at)
    articles = (await snapshot(hand, zammads, ticket.id)).articles
    assert [one.body_text for one in articles] == ["c", "d", "b", "a"]


async def test_senders_and_visibility(hand: Hand, zammads: Zammads, world: World) -> None:
    """§2.4: `from`, else `to`; a missing `internal` is false."""
    ticket = world.ticket()
    for to, internal in (("ben@other.example", None), (None, True)):
        world.article(ticket, "x").values.update({"from": None, "to": to, "internal": internal})
    first, second = (await snapshot(hand, zammads, ticket.id)).articles
    assert (first.sender, first.internal) == ("ben@other.example", False)
    assert (second.sender, second.internal) == ("", True)


@pytest.mark.parametrize(
    ("kind", "said", "html"),
    [
        ("text/html", "no tags at all", True),
        ("TEXT/HTML; charset=utf-8", "x", True),
        ("text/plain", "type <b>bold</b> here", False),
        ("", "type <b>bold</b> here", True),
        ("", "a < b and c > d", False),
        ("", "<unknown>x</unknown>", False),
    ],
)
async def test_the_declared_type_decides(kind: str, said: str, html: bool) -> None:
    """F11: text is only looked at where nothing is declared."""
    assert is_html(kind, said) is html


async def test_plain_text_stays_as_it_is(hand: Hand, zammads: Zammads, world: World) -> None:
    """No HTML is made of it."""
    ticket = world.ticket()
    world.article(ticket, "a <b>\n\n  c", content_type="text/plain")
    (article,) = (await snapshot(hand, zammads, ticket.id)).articles
    assert (article.body_html, article.body_text) == ("", "a <b>\n\n  c")


async def test_html_becomes_safe_and_its_text_is_kept(hand: Hand, zammads: Zammads, world: World) -> None:
    """E8: text after void tags of the drop list stays."""
    ticket = world.ticket()
    world.article(ticket, '<p>before<meta name="x"><input> after</p><script>alert(1)</script><p onclick="x()">end</p>')
    (article,) = (await snapshot(hand, zammads, ticket.id)).articles
    assert article.body_text.split("\n") == ["before after", "end"]
    assert "script" not in article.body_html and "onclick" not in article.body_html


async def test_empty_bodies(hand: Hand, zammads: Zammads, world: World) -> None:
    """Nothing to show is no failure."""
    ticket = world.ticket()
    world.article(ticket, "")
    world.article(ticket, "<p></p>").values["body"] = None
    assert [one.body_text for one in (await snapshot(hand, zammads, ticket.id)).articles] == ["", ""]


async def test_history(hand: Hand, zammads: Zammads, world: World) -> None:
    """What changed, by whom; lines that say nothing to a reader are left out."""
    ticket = world.ticket()
    world.log(ticket, "updated", 3, attribute="state", value_from="open", value_to="closed")
    world.log(ticket, "updated", 3, attribute="escalation_at", value_from="", value_to="x")
    events = (await snapshot(hand, zammads, ticket.id)).events
    assert [(one.text, one.who) for one in events] == [("created", "Anna Berg"), ("state: open → closed", "Ines Roth")]


async def test_checklist_times_and_links(hand: Hand, zammads: Zammads, world: World) -> None:
    """What stands beside the articles is kept too; what a ticket does not have is not asked for."""
    other, ticket = world.ticket(title="Hangar roof"), world.ticket(checklist_id=7, time_unit="45.0")
    ticket.checklist = [("Call Anna", True), ("Order the part", False)]
    spent = {"id": 1, "time_unit": "45.0", "created_by_id": 3, "created_at": "2026-11-22T08:11:49.315Z"}
    ticket.times, ticket.links = [spent], [("normal", other.id)]
    found = await snapshot(hand, zammads, ticket.id)
    fields = found.subject.custom_fields
    assert fields["checklist"] == "[x] Call Anna; [ ] Order the part"
    assert fields["time_accounting"] == "45.0 · 2026-11-22T08:11:49.315000+00:00 · Ines Roth"
    assert fields["links"] == f"normal · {other.values['number']} · Hangar roof" and found.omissions == ()
    world.calls.clear()
    assert "links" not in (await snapshot(hand, zammads, other.id)).subject.custom_fields
    asked = {call.path for call in world.calls}
    assert not any("checklist" in path or "time_acc" in path for path in asked)
    world.faults = [Fault("GET /(checklists|links)", status=403, times=2)]
    omitted = (await snapshot(hand, zammads, ticket.id)).omissions
    assert [one.split()[2] for one in omitted] == ["checklist", "links"]


async def test_what_could_not_be_read_is_said(hand: Hand, zammads: Zammads, world: World) -> None:
    """A history that the token may not see does not stop the archive, and is not passed over in silence."""
    ticket = world.ticket()
    world.faults = [Fault("ticket_history", status=403)]
    found = await snapshot(hand, zammads, ticket.id)
    assert len(found.omissions) == 1 and "history" in found.omissions[0]


@pytest.mark.parametrize("missing", ["number", "id"])
async def test_required_members(hand: Hand, zammads: Zammads, world: World, missing: str) -> None:
    """Only what nothing works without."""
    ticket = world.ticket(**{missing: ""})
    with pytest.raises(ZammadUnclear):
        await snapshot(hand, zammads, ticket.id)


async def test_odd_members_are_left_out(hand: Hand, zammads: Zammads, world: World) -> None:
    """B3: one odd field never fails a ticket."""
    ticket = world.ticket(created_at="yesterday", close_at=7, preferences="none", state_id=99)
    ticket.values["title"] = None
    world.article(ticket, "x", cc=["a"], message_id=7)
    found = await snapshot(hand, zammads, ticket.id)
    assert (found.subject.title, found.subject.created_at, found.subject.state) == ("", None, "")


async def test_no_such_ticket(hand: Hand, zammads: Zammads) -> None:
    """Permanent."""
    with pytest.raises(NotInZammad):
        await snapshot(hand, zammads, 404404)


async def test_readers() -> None:
    """Texts, numbers and times in the forms that releases write them in."""
    assert [text(each) for each in ("  a ", 5, None, True, ["x"])] == ["a", "5", "", "", ""]
    assert [whole(each) for each in ("12", 12, " 3 ", "x", True, "9" * 30, None)] == [12, 12, 3, None, None, None, None]
    assert moment("2026-01-02T03:04:05.123Z") == datetime(2026, 1, 2, 3, 4, 5, 123000, UTC)
    assert moment("2026-01-02T03:04:05") == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert moment("soon") is None and moment(5) is None
