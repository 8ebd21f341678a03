"""Kept documents at a glance: drawn from bytes that are as they were kept, for nobody but their own people."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from tests.archive.records.keeping import Case, put
from tests.fixtures import Product
from tests.ticketing.tickets.test_previews import pdf
from waypost.platform.jobs.children import stop_children
from waypost.platform.storage.serving import picture_type

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}


@pytest.fixture(autouse=True)
async def children() -> AsyncIterator[None]:
    """They end with the test."""
    yield
    await stop_children()


async def shown(product: Product, content: bytes) -> tuple[UUID, str]:
    """A kept record and the address of its PDF."""
    version = await put(product.house, product.cast.alice.org_id, Case(pdf=content, attachments=[b"plan"]))
    async with product.visit(product.cast.vera) as program:
        (one,) = (await program.get(f"/archives/{version.record_id}")).json()["versions"]
    (file,) = [each for each in one["files"] if each["role"] == "pdf"]
    return version.record_id, f"/archives/{version.record_id}/files/{file['id']}"


async def test_pages_are_pictures(product: Product) -> None:
    record_id, at = await shown(product, pdf(3))
    async with product.visit(product.cast.vera, HTML) as browser:
        assert f'src="{at}/pages/1"' in (await browser.get(f"/archives/{record_id}")).text
        page = (await browser.get(f"{at}/preview")).text
        picture = await browser.get(f"{at}/pages/3")
        assert (await browser.get(f"{at}/pages/4")).status_code == 404
    assert page.count("preview-page") == 3 and "Page 3 of 3" in page
    assert (picture.status_code, picture_type(picture.content)) == (200, "image/webp")
    assert picture.headers["cache-control"] == "private, max-age=3600"
    async with product.visit(product.cast.mallory, HTML) as stranger:
        assert (await stranger.get(f"{at}/pages/1")).status_code == 404
        assert (await stranger.get(f"{at}/preview")).status_code == 404


async def test_what_is_not_as_it_was_kept_is_not_shown(product: Product) -> None:
    _, at = await shown(product, pdf(1))
    root = product.house.settings.data / "archive" / product.cast.alice.org_id.hex
    (kept,) = root.rglob("*.pdf")
    for content in (pdf(2), None):
        kept.unlink()
        if content is not None:
            kept.write_bytes(content)
        async with product.visit(product.cast.vera, HTML) as browser:
            assert "cannot be shown here" in (await browser.get(f"{at}/preview")).text
            assert (await browser.get(f"{at}/pages/1")).status_code == 404
        kept.write_bytes(b"")
