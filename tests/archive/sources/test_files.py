"""A ticket's files: limits, order, five at a time, pictures, raw mails, and a reason for each that is missing."""

import asyncio
import base64
from dataclasses import replace
from typing import Any

import pytest

from tests.archive.sources.conftest import Hand
from tests.archive.sources.test_snapshot import gathered
from tests.wire.zammad import Fault, World
from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.forgetting.queries import concerning
from waypost.archive.requests.origin import Case
from waypost.archive.sealing.snapshot import File
from waypost.archive.sources.models import Source
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.origin import ZammadOrigin
from waypost.archive.sources.queries import by_key
from waypost.archive.sources.zammad.files import Keeper, Limits, Want
from waypost.archive.sources.zammad.words import FilesLate, FilesMissing
from waypost.platform.errors import Unavailable
from waypost.platform.storage.blobs import Blobs

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("source")]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


async def with_settings(hand: Hand, **values: Any) -> None:
    """The source keeps files otherwise."""
    async with hand.work() as work:
        found = await by_key(work.db, "default")
        for name, value in values.items():
            setattr(found, name, value)


async def files(hand: Hand, zammads: Zammads, ticket: object) -> dict[str, File]:
    """All files of a ticket by name."""
    found = await gathered(hand, zammads, ticket)
    return {file.filename: file for one in found.snapshot.articles for file in one.files}


async def test_kept_bytes(hand: Hand, zammads: Zammads, world: World) -> None:
    """Hash, size as read, type from the preferences in either spelling; the bytes are durable and named by hash."""
    ticket = world.ticket()
    pdf = world.attachment("a.pdf", b"%PDF-1.7", "application/pdf; name=a.pdf", declared_size="9999")
    world.article(ticket, "x", pdf, world.attachment("b.txt", b"hello", type_key="Mime-Type"))
    found = await gathered(hand, zammads, ticket.id)
    first, second = found.snapshot.articles[0].files
    assert (first.content_type, first.size, first.fate) == ("application/pdf", 8, "kept")
    assert second.content_type == "text/plain" and second.attachment_id == str(ticket.articles[0].attachments[1].id)
    assert first.sha256 and await hand.of(Blobs).read(found.blobs[first.sha256]) == b"%PDF-1.7"


async def test_who_has_a_part_is_known_before_the_first_file_is_kept(
    hand: Hand, zammads: Zammads, world: World
) -> None:
    """A reading that breaks off leaves files behind; any address of the case leads to them."""
    ticket = world.ticket()
    world.article(ticket, "x", world.attachment("a.txt", b"hello"), cc="ben@other.example")
    async with hand.work() as work:
        request = await ask(work, Wish("zammad", "default", str(ticket.id)))
    world.faults = [Fault("GET /ticket_attachment", status=503, retry_after="60")]
    with pytest.raises(FilesLate):
        await ZammadOrigin(zammads, "1.0").gather(hand, Case(request.id, "zammad", "default", str(ticket.id)))
    async with hand.work() as work:
        assert await concerning(work.db, "Ben@other.example", 9) == [request.id]


async def test_not_asked(hand: Hand, zammads: Zammads, world: World) -> None:
    """By default attachments are listed without their bytes; pictures that the body shows are had all the same."""
    await with_settings(hand, keep_files=False, keep_raw=False)
    ticket = world.ticket()
    shown = world.attachment("door.png", PNG, "image/png", content_id="door@x")
    world.article(ticket, '<p><img src="cid:door@x"></p>', shown, world.attachment("b.txt", b"hello"))
    found = await files(hand, zammads, ticket.id)
    assert (found["b.txt"].fate, found["b.txt"].sha256, found["b.txt"].size) == ("not_asked", None, 5)
    assert (found["door.png"].fate, found["door.png"].role, found["door.png"].content_id) == (
        "kept",
        "inline",
        "door@x",
    )


async def test_rewritten_pictures(hand: Hand, zammads: Zammads, world: World, source: Source) -> None:
    """E9: Zammad points `cid:` pictures at itself and takes them off its list; they are fetched and named again."""
    ticket = world.ticket()
    picture = world.attachment("door.png", PNG, "image/png", inline=True)
    article = world.article(ticket, "", picture)
    address = f"/api/v1/ticket_attachment/{ticket.id}/{article.id}/{picture.id}"
    article.values["body"] = (
        f'<p>a<img src="{address}?view=inline" alt="Door"><img src=\'{source.base_url}{address}\'></p>'
    )
    found = await gathered(hand, zammads, ticket.id)
    (made,) = found.snapshot.articles
    (file,) = made.files
    assert (file.role, file.fate, file.content_id) == ("inline", "kept", f"attachment-{picture.id}")
    assert made.body_html.count(f'src="cid:attachment-{picture.id}"') == 2 and 'alt="Door"' in made.body_html


async def test_pictures_in_the_body(hand: Hand, zammads: Zammads, world: World) -> None:
    """`data:` becomes a file of its own; a content id that nothing brings is listed as missing; others stay away."""
    ticket = world.ticket()
    data = base64.b64encode(PNG).decode()
    body = f'<img src="data:image/png;base64,{data}"><img src="cid:gone@x"><img src="https://tracker.example/p.gif">'
    world.article(ticket, body)
    (made,) = (await gathered(hand, zammads, ticket.id)).snapshot.articles
    fates = {file.content_id: (file.fate, file.content_type) for file in made.files}
    assert fates == {"body-1": ("kept", "image/png"), "gone@x": ("failed", "application/octet-stream")}
    assert "data:" not in made.body_html and not any(call.path.endswith("p.gif") for call in world.calls)


async def test_text_about_pictures_is_not_changed(hand: Hand, zammads: Zammads, world: World) -> None:
    """What people write about an address stays as they wrote it."""
    ticket = world.ticket()
    world.article(
        ticket, '<p>src="/api/v1/ticket_attachment/1/2/3" and &lt;img src="/api/v1/ticket_attachment/1/2/3"&gt;</p>'
    )
    (made,) = (await gathered(hand, zammads, ticket.id)).snapshot.articles
    assert made.body_text == 'src="/api/v1/ticket_attachment/1/2/3" and <img src="/api/v1/ticket_attachment/1/2/3">'
    assert made.files == ()


async def test_raw_mail(hand: Hand, zammads: Zammads, world: World) -> None:
    """Of articles by mail that have one; the others lack nothing."""
    ticket = world.ticket()
    world.article(ticket, "a").plain = b"From: anna\r\n\r\nHello"
    world.article(ticket, "b")
    world.article(ticket, "c", type_id=10).plain = b"never asked"
    found = (await gathered(hand, zammads, ticket.id)).snapshot.articles
    assert [[file.role for file in one.files] for one in found] == [["raw"], [], []]
    assert found[0].files[0].content_type == "message/rfc822"


async def test_limits(hand: Hand, zammads: Zammads, world: World) -> None:
    """§2.5: too large by what is declared (not asked for), by what came, and in total; smaller ones still fit."""
    await with_settings(hand, max_file_bytes=100, max_total_bytes=150)
    ticket = world.ticket()
    sizes = {"a": b"a" * 90, "huge": b"h" * 101, "liar": b"l" * 101, "b": b"b" * 80, "c": b"c" * 50, "empty": b""}
    made = [world.attachment(name, data, declared_size="5" if name == "liar" else None) for name, data in sizes.items()]
    world.article(ticket, "x", *made)
    found = await files(hand, zammads, ticket.id)
    fates = {name: file.fate for name, file in found.items()}
    assert fates == {
        "a": "kept",
        "huge": "too_large",
        "liar": "too_large",
        "b": "too_large",
        "c": "kept",
        "empty": "failed",
    }
    assert all(file.reason for file in found.values() if file.fate != "kept")
    asked = [call.path.rpartition("/")[2] for call in world.calls if "ticket_attachment" in call.path]
    assert str(made[1].id) not in asked and str(made[3].id) not in asked


async def test_no_total_limit(hand: Hand, zammads: Zammads, world: World) -> None:
    """0 disables it."""
    await with_settings(hand, max_total_bytes=0, max_file_bytes=0)
    ticket = world.ticket()
    world.article(ticket, "x", *(world.attachment(f"{at}", bytes([at]) * 1000) for at in range(7)))
    assert {file.fate for file in (await files(hand, zammads, ticket.id)).values()} == {"kept"}


async def test_what_fails_is_listed(hand: Hand, zammads: Zammads, world: World) -> None:
    """E10: with its reason; the archive goes on."""
    ticket = world.ticket()
    world.article(ticket, "x", world.attachment("gone.txt", b"x"), world.attachment("there.txt", b"y"))
    world.faults = [Fault(f"ticket_attachment/.*/{ticket.articles[0].attachments[0].id}$", status=404, times=9)]
    found = await files(hand, zammads, ticket.id)
    assert (found["gone.txt"].fate, found["there.txt"].fate) == ("failed", "kept")
    assert found["gone.txt"].reason


async def test_patient_first_then_listed() -> None:
    """What passes by itself is waited for with the whole case; at last it is listed."""

    async def busy() -> bytes:
        raise Unavailable("Zammad is busy")

    want = Want(File("1", "2", "a.txt", "text/plain", 5), busy)
    with pytest.raises(FilesLate) as late:
        await keeper(patient=True).keep_all([want])
    assert late.value.again
    (file,) = await keeper().keep_all([want])
    assert (file.fate, file.reason) == ("failed", "Zammad is busy")


async def test_strict() -> None:
    """Nothing may be missing: what can come later is waited for, all else refuses."""
    strict = Limits(keep_files=True, max_file_bytes=10, strict=True)
    with pytest.raises(FilesMissing):
        await keeper(strict).keep_all([Want(File("1", "2", "a.txt", "text/plain", 50), busy_never)])


async def busy_never() -> bytes:
    """Bytes at once."""
    return b"x"


async def test_five_at_a_time_and_little_in_memory() -> None:
    """However many there are: five are under way, and a file is let go as soon as it is stored."""
    fetched, stored, under_way, most, most_held = 0, 0, 0, 0, 0

    async def fetch() -> bytes:
        nonlocal fetched, under_way, most, most_held
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        fetched += 1
        most_held = max(most_held, fetched - stored)
        return b"%d" % fetched

    async def keep(_data: bytes) -> str:
        nonlocal stored
        stored += 1
        return "key"

    made = replace(keeper(), keep=keep)
    done = await made.keep_all([Want(File("1", str(at), "a", "b/c", None), fetch) for at in range(23)])
    assert (len(done), most, most_held) == (23, 5, 5)


def keeper(limits: Limits | None = None, *, patient: bool = False) -> Keeper:
    """Stores nothing."""

    async def keep(_data: bytes) -> str:
        return "key"

    return Keeper(limits or Limits(keep_files=True), keep, patient)
