"""Dates as boards write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.sourcing.digest.dates import moment

NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
TABLE = """
2026-03-12 | 2026-03-12 00:00
2026-03-12T10:00:00Z | 2026-03-12 10:00
2026-03-12T10:00:00+02:00 | 2026-03-12 08:00
12 marca 2026 | 2026-03-12 00:00
22 października 2026 r. | 2026-10-22 00:00
12. März 2026 | 2026-03-12 00:00
March 12, 2026 | 2026-03-12 00:00
1st of May 2026 | 2026-05-01 00:00
Sun, 22 Nov 2026 10:00:00 GMT | 2026-11-22 00:00
12.03.2026 | 2026-03-12 00:00
03/25/2026 | 2026-03-25 00:00
2026/3/5 | 2026-03-05 00:00
1763769600 | 2025-11-22 00:00
1763769600000 | 2025-11-22 00:00
2 days ago | 2026-11-20 11:30
2 dni temu | 2026-11-20 11:30
vor 2 Tagen | 2026-11-20 11:30
30+ days ago | 2026-10-23 11:30
3 tygodnie temu | 2026-11-01 11:30
godzinę temu | 2026-11-22 10:30
vor einer Stunde | 2026-11-22 10:30
2 miesiące temu | 2026-09-23 11:30
yesterday | 2026-11-21 00:00
wczoraj | 2026-11-21 00:00
gestern | 2026-11-21 00:00
dzisiaj | 2026-11-22 00:00
in 3 days | 2026-11-25 11:30
za 3 dni | 2026-11-25 11:30
ważna jeszcze 14 dni | 2026-12-06 11:30
noch 5 Tage | 2026-11-27 11:30
9999-12-31 | 9999-12-31 00:00
5 stycznia | 2027-01-05 00:00
10 listopada | 2026-11-10 00:00
"""
CASES = [tuple(line.split(" | ")) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("said", "meant"), CASES)
def test_what_a_date_means(said: str, meant: str) -> None:
    assert moment(said, NOW) == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@pytest.mark.parametrize("said", [None, "", "nonsense", "30 lutego 2026", "31.02.2026", "soon", "in Berlin", "vor Ort"])
def test_what_is_no_date(said: str | None) -> None:
    assert moment(said, NOW) is None


def test_a_day_that_lies_behind() -> None:
    assert moment("12 marca", NOW, past=True) == datetime(2026, 3, 12, tzinfo=UTC)
    assert moment("12 grudnia", NOW, past=True) == datetime(2025, 12, 12, tzinfo=UTC)


@given(st.text(max_size=80), st.booleans())
def test_no_text_is_an_error(said: str, past: bool) -> None:
    found = moment(said, NOW, past=past)
    assert found is None or found.utcoffset() is not None
