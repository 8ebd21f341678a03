"""Finding a ticket by any word of it, in many languages, and by pieces of its number, subject and people."""

import pytest

from tests.ticketing.desk import MailDesk, mail
from tests.ticketing.tickets.conftest import Office

pytestmark = pytest.mark.anyio

LETTERS = {
    "english": ("Boiler broken", "The heating boiler makes noises and the radiators stay cold since yesterday."),
    "german": (
        "Heizkörper in der Straße",
        "Guten Tag, die Heizungen im zweiten Stock sind seit gestern kalt und wir frieren sehr. Bitte um Rückruf.",
    ),
    "french": (
        "Chaudière en panne",
        "Bonjour, les radiateurs de notre appartement restent froids depuis hier soir et nous avons des enfants.",
    ),
    "russian": ("Сломан котёл", "Здравствуйте, со вчерашнего дня в нашей квартире холодные батареи, помогите нам."),
    "polish": ("Zepsuty kocioł", "Dzień dobry, od wczoraj grzejniki w naszym mieszkaniu są zimne, proszę o pomoc."),
    "japanese": ("暖房が故障", "東京都のマンションの暖房が昨日から動きません。"),
    "chinese": ("锅炉坏了", "从昨天开始我们家的暖气不热了。"),
    "thai": ("หม้อน้ำเสีย", "ตั้งแต่เมื่อวานเครื่องทำความร้อนไม่ทำงาน"),
}
NAMES = list(LETTERS)
FOUND = {
    "boiler": "english",
    "RADIATOR": "english",
    "heating noise": "english",
    "Heizung": "german",
    "heizungen": "german",
    "heizkorper": "german",
    "Strasse": "german",
    "straße": "german",
    "Rückrufe": "german",
    "radiateur": "french",
    "chaudiere": "french",
    "appartements": "french",
    "холодная": "russian",
    "КВАРТИРЫ": "russian",
    "grzejniki": "polish",
    "kociol": "polish",
    "dzien": "polish",
    "マンション": "japanese",
    "暖房": "japanese",
    "京都の": "japanese",
    "暖气": "chinese",
    "เมื่อวาน": "thai",
    "boiler heat": "english",
    "heating boi": "english",
    "naszym mieszk": "polish",
    '"radiators stay cold"': "english",
    "boiler or grzejniki": "english polish",
}
MISSED = (
    '"cold stay radiators"',
    "heating -boiler",
    "radiators -noise -cold",
    'heating -"heating boiler"',
    "boi heating",
    "boiler grzejniki",
    "xyzzy",
    "京東",
)


@pytest.fixture
async def library(office: Office) -> dict[str, str]:
    """One ticket for each letter."""
    raws = [mail(name, subject=subject, text=text, headers=UTF8) for name, (subject, text) in LETTERS.items()]
    return dict(zip(await office.deliver(*raws), NAMES, strict=True))


UTF8 = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"


async def test_words_of_many_languages(office: Office, library: dict[str, str]) -> None:
    found = {q: " ".join(sorted(library[one] for one in await office.ids(q=q))) for q in FOUND}
    assert found == FOUND
    assert [q for q in MISSED if await office.ids(q=q)] == []
    assert len(await office.ids(q="radiators -xyzzy")) == 1


async def test_anything_may_be_typed(office: Office, library: dict[str, str]) -> None:
    """Unaccenting makes operators of some letters; operators may stand anywhere."""
    strange = ("x½ kilo", "ab½", "ŉabc", "ʼabc", "a\0boiler", '"', "-", "- -", "or", "' & | ! :* <->", "(((", "\\", "ﷺ")
    for q in strange:
        answer = await office.bob.get("/tickets", params={"q": q})
        assert answer.status_code == 200, q
    assert [library[one] for one in await office.ids(q="  boiler\t ")] == ["english"]
    assert len(await office.ids(q="  ")) == len(LETTERS)


async def test_pieces_of_numbers_subjects_and_people(office: Office) -> None:
    raws = [
        mail("1", "Zoë Quarles <zoe@quarry.example>", subject="100% of unit_7 is cold", text="Hello."),
        mail("2", "bob@other.example", subject="1000 of unit-7", text="Hello."),
    ]
    first, second = await office.deliver(*raws)
    code = (await office.get(f"/tickets/{first}"))["ticket"]["ticket_code"]
    for q in (code, code.upper(), code[6:12], "@quarry", "arry.exam", "Quarl", "100%", "unit_7"):
        assert await office.ids(q=q) == [first], q
    assert await office.ids(q="of unit") == [second, first]
    assert await office.ids(q="00%") == [first]
    assert await office.ids(q="nit_7\\") == []


async def test_newest_first_page_by_page_within_a_status(office: Office) -> None:
    ids = await office.deliver(*(mail(str(n), text=f"number {n} has a leak") for n in range(7)))
    await office.patch(ids[3], status="pending")
    wanted = [ids[n] for n in (6, 5, 4, 2, 1, 0)]
    first = await office.get("/tickets", q="leaks", status="new", limit=4)
    second = await office.get("/tickets", q="leaks", status="new", limit=4, cursor=first["next_cursor"])
    assert [row["id"] for row in first["items"] + second["items"]] == wanted
    assert second["next_cursor"] is None and await office.ids(q="leaks", status="pending") == [ids[3]]


async def test_another_organisation_finds_nothing(office: Office, globex: MailDesk) -> None:
    await office.deliver(mail("1", subject="Secret plan", text="the boiler"))
    async with office.visit(office.product.cast.mallory) as mallory:
        for q in ("boiler", "secret", "anna@client", "tkt-"):
            assert (await mallory.get("/tickets", params={"q": q})).json()["items"] == []
    (theirs,) = await globex.deliver(mail("2", text="the boiler"))
    assert str(theirs) not in await office.ids(q="boiler")


async def test_what_became_part_of_another_is_found_there(office: Office) -> None:
    first, late = mail("1", text="the question"), mail("3", refs=("2",), text="about the zeppelin")
    kept, part = await office.deliver(first, late)
    assert await office.ids(q="zeppelin") == [part]
    await office.deliver(mail("2", refs=("1",), text="the middle"))
    assert await office.ids(q="zeppelin") == await office.ids(q="boiler is cold") == await office.ids() == [kept]
