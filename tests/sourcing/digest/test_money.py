"""What boards write for a salary, and what it means."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.sourcing.digest.money import MOST, Money, monthly, salaries, salary

TABLE = """
12 000 – 18 000 zł netto (+ VAT) / mies. | 12000 18000 PLN month net-plus-vat
12\u00a0000–18\u00a0000 zł brutto / mies. | 12000 18000 PLN month gross
12\u2009000 - 18\u202f000 PLN | 12000 18000 PLN - -
od 10 tys. zł | 10000 10000 PLN - -
od 8,5 do 12 tys. zł brutto | 8500 12000 PLN - gross
10-15k PLN | 10000 15000 PLN - -
8000-12k PLN | 8000 12000 PLN - -
do 20 000 PLN brutto miesięcznie | 20000 20000 PLN month gross
120–160 zł/h + VAT | 120 160 PLN hour net-plus-vat
180,5 zł/godz. netto | 180.5 180.5 PLN hour net
1 200 - 1 500 zł netto + VAT za dzień | 1200 1500 PLN day net-plus-vat
150 000 zł rocznie na rękę | 150000 150000 PLN year net
12 000,50-13 000,75 zł | 12000.5 13000.75 PLN - -
2024 12 000 zł | 12000 12000 PLN - -
€60,000 - €80,000 per year | 60000 80000 EUR year -
60.000 – 80.000 € brutto/Jahr | 60000 80000 EUR year gross
ab 3.500 € monatlich | 3500 3500 EUR month -
bis 70 Tsd. Euro im Jahr | 70000 70000 EUR year -
zwischen 3.000 und 4.000 EUR netto pro Monat | 3000 4000 EUR month net
500 € Tagessatz zzgl. MwSt. | 500 500 EUR day net-plus-vat
1.234,56 € | 1234.56 1234.56 EUR - -
100 EUR/MD | 100 100 EUR day -
$45.50 per hour | 45.5 45.5 USD hour -
$120,000.00 annually, before tax | 120000 120000 USD year gross
£40k–£55k p.a. | 40000 55000 GBP year -
from 25,50 to 30 £ per hour | 25.5 30 GBP hour -
up to £500 daily | 500 500 GBP day -
CHF 100'000–120’000 | 100000 120000 CHF - -
600 PLN weekly | 600 600 PLN week -
12000-18000 PLN MONTH | 12000 18000 PLN month -
55000.00-65000.00 EUR YEAR | 55000 65000 EUR year -
50000 - 40000 EUR YEAR | 40000 50000 EUR year -
Salary (PLN): 10000-12000 / month | 10000 12000 PLN month -
Monthly gross: 5000-6000 EUR | 5000 6000 EUR month gross
5000-6000 | 5000 6000 - - -
5000-6000 brutto miesięcznie | 5000 6000 - month gross
4500,50 EUR | 4500.5 4500.5 EUR - -
120-150 zł/h, 168 h miesięcznie | 120 150 PLN hour -
0,5 mln zł rocznie | 500000 500000 PLN year -
"""
CASES = [tuple(part.strip() for part in line.split(" | ")) for line in TABLE.strip().splitlines()]
NONE = ("", "competitive", "0 zł", "2 oferty", "10% premii", "30 000 000 000 000 000 zł", "40 h tygodniowo", "od zaraz")


def units(money: Money) -> str:
    """As the table writes it."""
    ends = (f"{Decimal(one) / 100:f}" for one in (money.min, money.max))
    return " ".join([*ends, *(one or "-" for one in (money.currency, money.period, money.kind))])


@pytest.mark.parametrize(("said", "meant"), CASES, ids=[said for said, _ in CASES])
def test_what_a_salary_means(said: str, meant: str) -> None:
    read = salary(said)
    assert read is not None
    assert units(read) == meant


@pytest.mark.parametrize("said", NONE)
def test_what_is_no_salary(said: str) -> None:
    assert salaries(said) == ()


def test_each_kind_of_contract_has_its_own() -> None:
    both = "8 000–12 000 zł brutto / mies. | umowa o pracę; 100-150 zł netto + VAT / godz. | B2B"
    assert list(map(units, salaries(both))) == ["8000 12000 PLN month gross", "100 150 PLN hour net-plus-vat"]
    brackets = "13 000 zł brutto / mies. (umowa o pracę), B2B: 150-180 zł/h"
    assert list(map(units, salaries(brackets))) == ["13000 13000 PLN month gross", "150 180 PLN hour -"]
    assert list(map(units, salaries("15000 zł / 3000 EUR"))) == ["15000 15000 PLN - -", "3000 3000 EUR - -"]


def test_a_source_that_never_writes_its_currency() -> None:
    assert salary("Zarobki 5000-6000 za miesiąc", currency="PLN") == Money(500_000, 600_000, "PLN", "month", None)


def test_a_currency_without_cents() -> None:
    assert salary("¥500,000 per month") == Money(500_000, 500_000, "JPY", "month", None)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("100 zł/h", 1_680_000),
        ("1000 zł dziennie", 2_100_000),
        ("1200 PLN weekly", 520_000),
        ("9000 zł mies.", 900_000),
        ("120000 EUR year", 1_000_000),
        ("150 zł", 2_520_000),
        ("9000 zł", 900_000),
        ("120000 zł", 1_000_000),
        ("¥600000 a year", 50_000),
    ],
)
def test_a_month_of_it(said: str, meant: int) -> None:
    read = salary(said)
    assert read is not None
    assert monthly(read) == meant


PIECES = st.sampled_from(
    [*"0123456789 .,-–/|;'kh€$£", "tys.", "zł", " PLN ", " do ", "netto", "+ VAT", "mies.", " od "]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_never_an_error_and_never_upside_down(said: str) -> None:
    for read in salaries(said):
        assert 0 <= read.min <= read.max <= MOST
        assert monthly(read) >= 0
