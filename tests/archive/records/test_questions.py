"""The catalogue and a record ask the database a fixed number of questions, however much there is to show."""

import pytest

from tests.archive.records.keeping import Case, keep
from tests.fixtures import Product
from tests.house.test_questions import counted
from waypost.platform.access import MACHINE

pytestmark = pytest.mark.anyio

MOST = {"/archives": 6, "/archives/{}": 14, "/archives/{}/print": 12, "/archive-exports": 6}
"""Those that say who calls among them."""


async def questions(product: Product, record: str) -> dict[str, int]:
    """How many statements each page costs Alice."""
    found = {}
    async with product.visit(product.cast.alice, {"accept": "text/html"}) as browser:
        for path in MOST:
            with counted(product) as statements:
                assert (await browser.get(path.format(record))).status_code == 200, path
            found[path] = len(statements)
    return found


async def test_pages_ask_as_much_for_many_as_for_one(product: Product) -> None:
    org = product.cast.alice.org_id
    async with product.house.works.open(org, MACHINE) as work:
        record = str((await keep(work, Case())).record_id)
    one = await questions(product, record)
    for number in range(5):
        async with product.house.works.open(org, MACHINE) as work:
            await keep(work, Case(pdf=b"%%PDF %d" % number, attachments=[b"file"] * number))
            await keep(work, Case(ref=f"other-{number}", number=f"9{number}"))
    many = await questions(product, record)
    assert many == one
    assert {path: count for path, count in one.items() if count > MOST[path]} == {}
