"""The board's positions: sixty by default, always the same ones."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FIRST_NUMBER = 1_001
FIRST_DAY = date(2026, 11, 1)
CONTRACTS = {
    "pl": ("umowa o pracę", "kontrakt B2B", "umowa zlecenie"),
    "de": ("unbefristet", "befristet"),
    "en": ("full-time", "part-time", "contract"),
}
KINDS = ("FULL_TIME", "CONTRACTOR", "PART_TIME")
MODES = ("stacjonarna", "hybrydowa", "zdalna", "remote", "hybrid", "on-site")
SHAPES = 5
"""Ways in which the board writes salaries."""


@dataclass(frozen=True, slots=True)
class Position:
    """One position offered."""

    number: int
    slug: str
    language: str
    title: str
    firm: str
    town: str
    region: str
    country: str
    duties: str
    wanted: tuple[str, ...]
    skills: tuple[str, ...]
    category: str
    low: int
    high: int
    currency: str
    shape: int
    contract: str
    kind: str
    mode: str
    posted: date
    expires: date

    @property
    def path(self) -> str:
        """Where it stands on the board."""
        return f"/jobs/{self.slug}-{self.number}"

    @property
    def salary(self) -> str:
        """As a person reads it; each shape is one that boards really use."""
        low, high, money = self.low, self.high, {"PLN": "zł", "EUR": "€"}[self.currency]
        nbsp = "\u00a0"
        return (
            f"{low:,}–{high:,} {money} brutto / mies.".replace(",", nbsp),
            f"{low // 1000}-{high // 1000}k {self.currency} gross per month",
            f"{low:,},00 - {high:,},00 {money} + VAT / month".replace(",00", "·").replace(",", ".").replace("·", ",00"),
            f"od {low} do {high} {self.currency}",
            "",
        )[self.shape]


def positions(count: int = 60) -> list[Position]:
    """The first `count`, newest first."""
    told = tomllib.loads(Path(__file__).with_name("positions.toml").read_text("utf-8"))
    return [_position(index, told) for index in range(count)]


def _position(index: int, told: dict[str, Any]) -> Position:
    trade = told["trade"][index % len(told["trade"])]
    town, region, country = told["towns"][(index * 7) % len(told["towns"])]
    posted = FIRST_DAY + timedelta(days=19 - index % 20)
    low = 5_000 + (index * 700) % 14_000
    contracts = CONTRACTS[trade["language"]]
    return Position(
        number=FIRST_NUMBER + index,
        slug=_slug(trade["title"]),
        language=trade["language"],
        title=trade["title"],
        firm=told["firms"][(index * 5) % len(told["firms"])],
        town=town,
        region=region,
        country=country,
        duties=trade["duties"],
        wanted=tuple(trade["wanted"]),
        skills=tuple(trade["skills"]),
        category=trade["category"],
        low=low,
        high=low + 4_000,
        currency="PLN" if country == "PL" else "EUR",
        shape=index % SHAPES,
        contract=contracts[index % len(contracts)],
        kind=KINDS[index % len(KINDS)],
        mode=MODES[index % len(MODES)],
        posted=posted,
        expires=posted + timedelta(days=90),
    )


LETTERS = str.maketrans("ąćęłńóśźżäöüß", "acelnoszzaous")


def _slug(title: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in title.lower().translate(LETTERS)).split()
    return "-".join(words[:4])
