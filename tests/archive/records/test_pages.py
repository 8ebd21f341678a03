"""The catalogue and its records, as people and programs ask for them."""

from uuid import UUID

import pytest

from tests.archive.records.keeping import Case, draft_of, keep
from tests.fixtures import Product
from waypost.archive.records.actions import note_holds, reserve
from waypost.archive.records.models import RecordState
from waypost.archive.records.queries import by_id
from waypost.archive.signing.levels import Level
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id

pytestmark = pytest.mark.anyio

HTML = {"accept": "text/html"}


async def kept(product: Product, *cases: Case) -> list[UUID]:
    """Records of Acme, in the order in which they were kept; each case in a work of its own."""
    found = []
    for case in cases:
        async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
            found.append((await keep(work, case)).record_id)
    return found


async def numbers(product: Product, query: str = "") -> list[str]:
    """What the list shows a program."""
    async with product.visit(product.cast.vera) as program:
        answer = await program.get(f"/archives{query}")
        assert answer.status_code == 200, answer.text
        return [item["number"] for item in answer.json()["items"]]


async def test_the_list_says_how_it_will_fill(product: Product) -> None:
    async with product.visit(product.cast.vera, HTML) as browser:
        shown = await browser.get("/archives")
        assert shown.status_code == 200 and "Nothing is kept yet" in shown.text
        none = await browser.get("/archives?q=nowhere")
        assert "Nothing found" in none.text


async def test_records_are_listed_newest_first_by_keyset(product: Product) -> None:
    await kept(product, *(Case(number=str(30000 + one), ref=str(one)) for one in range(5)))
    async with product.visit(product.cast.vera) as program:
        first = (await program.get("/archives?limit=2")).json()
        second = (await program.get(f"/archives?limit=2&cursor={first['next_cursor']}")).json()
        third = (await program.get(f"/archives?limit=2&cursor={second['next_cursor']}")).json()
    pages = [[item["number"] for item in each["items"]] for each in (first, second, third)]
    assert pages == [["30004", "30003"], ["30002", "30001"], ["30000"]]
    assert third["next_cursor"] is None


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("cellar", ["1"]),
        ("CELLAR", ["1"]),
        ("Müller", ["2"]),
        ("muller", ["2"]),
        ("anna/cel", ["1"]),
        ("20_01", []),
        ("%", []),
        ("2", ["2"]),
        ("anna@client", ["1", "2"]),
    ],
)
async def test_any_part_of_number_title_customer_and_path_finds_it(
    product: Product, question: str, found: list[str]
) -> None:
    await kept(
        product,
        Case(number="1", ref="701", title="Water in the cellar"),
        Case(number="2", ref="702", title="Roof", customer="Jörg Müller", folder="anna/roof"),
    )
    async with product.visit(product.cast.vera) as program:
        answer = (await program.get("/archives", params={"q": question})).json()
    assert sorted(item["number"] for item in answer["items"]) == found


async def test_filters_narrow(product: Product) -> None:
    first, second, third = await kept(
        product,
        Case(number="1", ref="1", level=Level.T),
        Case(number="2", ref="2", kind="ticket"),
        Case(number="3", ref="3"),
    )
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await note_holds(work, second, 1)
        (await by_id(work.db, third)).state = RecordState.DAMAGED
    assert await numbers(product, "?level=B-T") == ["1"]
    assert await numbers(product, "?origin=ticket") == ["2"]
    assert await numbers(product, "?hold=1") == ["2"]
    assert await numbers(product, "?state=damaged") == ["3"]
    assert await numbers(product, "?from=2000-01-01&to=2000-01-02") == []
    assert len(await numbers(product, "?from=2000-01-01&to=2999-01-01")) == 3
    async with product.visit(product.cast.vera, HTML) as browser:
        assert "1 record is not as it was kept" in (await browser.get("/archives")).text
    assert first


@pytest.mark.parametrize("query", ["level=B-Z", "state=lost", "from=yesterday", "cursor=%21", "limit=0"])
async def test_what_is_no_filter_is_refused(product: Product, query: str) -> None:
    async with product.visit(product.cast.vera) as program:
        assert (await program.get(f"/archives?{query}")).status_code == 422


async def test_a_reserved_version_is_not_in_the_list(product: Product) -> None:
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await reserve(work, draft_of(Case()))
    assert await numbers(product) == []


async def test_the_record_shows_its_ladder_and_why_not_higher(product: Product) -> None:
    (record,) = await kept(product, Case(level=Level.B, wanted=Level.LT, reason="tsa_unreachable"))
    async with product.visit(product.cast.bob, HTML) as browser:
        page = (await browser.get(f"/archives/{record}")).text
        sheet = (await browser.get(f"/archives/{record}/print")).text
    assert page.count("rung rung-reached") == 1 and page.count("rung rung-wanted") == 2
    assert "The time-stamp authority did not answer." in page and "Next try" in page
    assert "raises none of its levels" in page and "Water in the cellar" in sheet


async def test_programs_read_the_record_whole(product: Product) -> None:
    (record,) = await kept(product, Case(attachments=[b"plan"]))
    await kept(product, Case(pdf=b"%PDF again"))
    async with product.visit(product.cast.vera) as program:
        answer = (await program.get(f"/archives/{record}")).json()
        proof = (await program.get(f"/archives/{record}/proof?version=1")).json()
    assert [(one["version"], one["state"]) for one in answer["versions"]] == [(2, "kept"), (1, "superseded")]
    assert [one["role"] for one in answer["versions"][1]["files"]] == ["pdf", "attachment", "sidecar"]
    assert [one["event"] for one in answer["events"]] == ["case_archived", "case_archived"]
    assert proof["leaf"]["entry"]["content"]["record"] == str(record)


async def test_the_catalogue_as_csv_has_every_row_and_no_formula(product: Product) -> None:
    await kept(product, Case(number="1", ref="1", title='=HYPERLINK("x")'), Case(number="2", ref="2", title="Ä, b"))
    async with product.visit(product.cast.vera) as program:
        answer = await program.get("/archives/catalogue.csv")
    rows = answer.text.split("\r\n")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert rows[0].startswith("id,origin,source,ref,number,title") and len(rows) == 4
    assert '"\'=HYPERLINK(""x"")"' in answer.text and '"Ä, b"' in answer.text


async def test_what_is_not_there_is_not_found(product: Product) -> None:
    (record,) = await kept(product, Case())
    async with product.visit(product.cast.vera) as program:
        for path in (f"{new_id()}", f"{record}/proof?version=9", f"{record}/files/{new_id()}", f"{record}/snapshot"):
            assert (await program.get(f"/archives/{path}")).status_code == 404, path
    async with product.visit(product.cast.mallory) as stranger:
        assert (await stranger.get(f"/archives/{record}")).status_code == 404
        assert (await stranger.get("/archives")).json()["items"] == []
