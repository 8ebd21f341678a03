"""Files at a glance and conversations on paper: pictures out of a child process, limits, and nothing for others."""

from collections.abc import AsyncIterator

import pytest

from tests.make.letters import File, letter
from tests.ticketing.desk import mail
from tests.ticketing.tickets.conftest import Office
from waypost.platform.jobs.children import stop_children
from waypost.platform.storage.drawing import HIGHEST, MOST_PAGES, WIDEST, Undrawable, count_pages, draw_page
from waypost.platform.storage.serving import picture_type
from waypost.ticketing.tickets.printing.pages import MESSAGES

pytestmark = pytest.mark.anyio
PNG = b"\x89PNG\r\n\x1a\n"
HTML = {"accept": "text/html"}


def pdf(pages: int, size: str = "200 300") -> bytes:
    """A PDF with a red square on each page."""
    kids = b" ".join(b"%d 0 R" % (4 + n) for n in range(pages))
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, pages)]
    parts.append(b"<</Length 26>>stream\n1 0 0 rg 10 10 50 50 re f\nendstream")
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]/Contents 3 0 R>>".encode()
    objects = b"".join(b"%d 0 obj%b\nendobj\n" % (n, part) for n, part in enumerate([*parts, *[page] * pages], 1))
    return b"%PDF-1.4\n" + objects + b"trailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
async def children() -> AsyncIterator[None]:
    """They end with the test."""
    yield
    await stop_children()


async def files_of(office: Office, *files: File) -> tuple[str, list[str]]:
    """A ticket and its files' addresses."""
    (ticket,) = await office.deliver(letter("1", files=list(files)))
    (message,) = (await office.get(f"/tickets/{ticket}"))["messages"]
    return ticket, [f"/tickets/{ticket}/attachments/{one['id']}" for one in message["attachments"]]


@pytest.mark.usefixtures("children")
async def test_a_pdf_is_shown_page_by_page(office: Office) -> None:
    ticket, (plan, broken, picture, text) = await files_of(
        office,
        File("plan.pdf", pdf(MOST_PAGES + 2)),
        File("broken.pdf", b"%PDF-1.7 nothing"),
        File("photo.png", PNG, "image/png"),
        File("read.txt", b"me", "text/plain"),
    )
    page = await office.page(f"/tickets/{ticket}")
    assert f'href="{plan}/preview"' in page and 'alt="Picture photo.png"' in page and f"{text}/preview" not in page
    shown = await office.page(f"{plan}/preview", **{"hx-request": "true"})
    assert shown.count(f'src="{plan}/pages/') == MOST_PAGES and f"first {MOST_PAGES} of {MOST_PAGES + 2}" in shown
    drawn = await office.bob.get(f"{plan}/pages/2")
    assert picture_type(drawn.content) == drawn.headers["content-type"] == "image/webp"
    assert drawn.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert drawn.headers["x-content-type-options"] == "nosniff" and "private" in drawn.headers["cache-control"]
    assert "cannot be shown" in await office.page(f"{broken}/preview")
    assert 'src="/blobs/' in await office.page(f"{picture}/preview")
    for nowhere in (f"{broken}/pages/1", f"{text}/pages/1", f"{picture}/pages/1"):
        assert (await office.bob.get(nowhere)).status_code == 404
    assert (await office.bob.get(f"{plan}/pages/{MOST_PAGES + 1}")).status_code == 422
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.get(f"{plan}/pages/1")).status_code == 404
        assert (await mallory.get(f"{plan}/preview", headers=HTML)).status_code == 404


@pytest.mark.parametrize("size", ["200 300", "1 14400", "14400 1", "14400 14400"])
def test_a_picture_stays_within_its_frame(size: str) -> None:
    drawn = draw_page(pdf(1, size), 1)
    assert 1 <= drawn.width <= WIDEST and 1 <= drawn.height <= HIGHEST


@pytest.mark.parametrize("number", [0, 3, MOST_PAGES + 1])
def test_pages_that_are_not_there(number: int) -> None:
    assert count_pages(pdf(2)) == 2
    with pytest.raises(Undrawable):
        draw_page(pdf(2), number)


async def test_a_conversation_on_paper(office: Office) -> None:
    (ticket,) = await office.deliver(mail("1", text="First <b>words</b>"))
    await office.deliver(mail("2", refs=("1",), text="Second."))
    await office.send(f"/tickets/{ticket}/notes", body_markdown="*Between us.*")
    paper = await office.page(f"/tickets/{ticket}/print")
    assert paper.index("First &lt;b&gt;words") < paper.index("Second.") and "Between us" not in paper
    inside = await office.page(f"/tickets/{ticket}/print?notes=true")
    assert "<em>Between us.</em>" in inside and "not for the customer" in inside
    async with office.visit(office.product.cast.mallory) as mallory:
        assert (await mallory.get(f"/tickets/{ticket}/print", headers=HTML)).status_code == 404


async def test_long_conversations_take_several_papers(office: Office) -> None:
    raws = [mail("0"), *(mail(str(n), refs=("0",)) for n in range(1, MESSAGES + 2))]
    (ticket, *_) = await office.deliver(*raws)
    paper = await office.page(f"/tickets/{ticket}/print")
    assert paper.count('class="sheet-part"') == MESSAGES and "Earlier messages" in paper
    with office.counted() as counter:
        await office.page(f"/tickets/{ticket}/print?notes=true")
    assert len(counter.statements) <= 12
