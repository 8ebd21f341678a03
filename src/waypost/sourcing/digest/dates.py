"""Dates as boards write them, as moments in UTC: ISO 8601, numbers, Polish, German and English words, "2 days ago".

The present is handed in. A far future is kept: some offers never end. What cannot be read is None, never an error.
"""

import re
from datetime import UTC, datetime, timedelta

from waypost.sourcing.digest.text import folded

LONGEST = 64
HALF_A_YEAR = timedelta(days=181)
_MONTHS = (
    ("jan", "sty"),
    ("feb", "lut"),
    ("mar", "mrz", "marz"),
    ("apr", "kwi"),
    ("may", "mai", "maj"),
    ("jun", "cze"),
    ("jul", "lip"),
    ("aug", "sie"),
    ("sep", "wrz"),
    ("oct", "okt", "paz"),
    ("nov", "lis"),
    ("dec", "dez", "gru"),
)
_MONTH = {stem: number for number, stems in enumerate(_MONTHS, 1) for stem in stems}
_NAMED = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:\.|st|nd|rd|th)? (?:of )?({_NAMED})[a-z]*\.?,?(?: (\d{{4}}))?")
_MONTH_FIRST = re.compile(rf"\b({_NAMED})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b")
_NUMBERS = re.compile(r"\b(\d{1,2})([./-])(\d{1,2})\2(\d{4})\b")
_YEAR_FIRST = re.compile(r"\b(\d{4})([./-])(\d{1,2})\2(\d{1,2})\b")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_UNITS = (
    (timedelta(minutes=1), r"min"),
    (timedelta(hours=1), r"hour|hr|h\b|godz|stund|std"),
    (timedelta(days=1), r"day|d\b|dni|dzien|tag"),
    (timedelta(weeks=1), r"week|tydz|tygod|woche"),
    (timedelta(days=30), r"month|mies|monat"),
    (timedelta(days=365), r"year|rok|lat|jahr"),
)
_UNIT = [(span, re.compile(rf"\b(?:{words})")) for span, words in _UNITS]
_COUNT = re.compile(r"\d{1,4}")
_PAST = re.compile(r"\bago\b|\btemu\b|\bvor\b")
_AHEAD = re.compile(r"^in\b|\bza\b|\bjeszcze\b|\bleft\b|\bnoch\b|\bremaining\b")
_DAYS = (
    (-1, re.compile(r"\byesterday\b|\bwczoraj\b|\bgestern\b")),
    (1, re.compile(r"\btomorrow\b|\bjutro\b|\bmorgen\b")),
    (0, re.compile(r"\btoday\b|\bdzis|\bheute\b|\bjust (?:now|posted)\b|\bnow\b|\bteraz\b|\bprzed chwila\b")),
)


def moment(text: str | None, now: datetime, *, past: bool = False) -> datetime | None:
    """The moment that a text names; a day alone is its midnight in UTC. `past`: a day without a year lies behind."""
    said = folded(text[:LONGEST]) if text else ""
    if not said:
        return None
    for read in (_iso, _epoch, _numbers, _written, _relative):
        try:
            if found := read(said, now - HALF_A_YEAR if past else now) if read is _written else read(said, now):
                return found
        except (ValueError, OverflowError):
            continue
    return None


def _iso(said: str, _now: datetime) -> datetime | None:
    found = datetime.fromisoformat(said.upper())
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _epoch(said: str, _now: datetime) -> datetime | None:
    if not _EPOCH.fullmatch(said):
        return None
    return datetime.fromtimestamp(int(said) / (1_000 if len(said) > 10 else 1), UTC)


def _numbers(said: str, _now: datetime) -> datetime | None:
    if match := _YEAR_FIRST.search(said):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := _NUMBERS.search(said):
        day, month = int(match[1]), int(match[3])
        return _day(int(match[4]), day, month) if month > 12 else _day(int(match[4]), month, day)
    return None


def _written(said: str, now: datetime) -> datetime | None:
    if match := _DAY_FIRST.search(said):
        return _dated(match[3], _MONTH[match[2]], int(match[1]), now)
    if match := _MONTH_FIRST.search(said):
        return _dated(match[3], _MONTH[match[1]], int(match[2]), now)
    return None


def _dated(year: str | None, month: int, day: int, now: datetime) -> datetime:
    """Without a year the one that comes closest to the present."""
    if year:
        return _day(int(year), month, day)
    near = [_day(one, month, day) for one in (now.year - 1, now.year, now.year + 1) if _is(one, month, day)]
    return min(near, key=lambda one: abs(one - now))


def _is(year: int, month: int, day: int) -> bool:
    try:
        return bool(_day(year, month, day))
    except ValueError:
        return False


def _relative(said: str, now: datetime) -> datetime | None:
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for days, sign in _DAYS:
        if sign.search(said):
            return midnight + timedelta(days=days)
    sense = -1 if _PAST.search(said) else 1 if _AHEAD.search(said) else 0
    span = next((span for span, sign in _UNIT if sign.search(said)), None)
    if not sense or span is None:
        return None
    count = _COUNT.search(said)
    return now.astimezone(UTC) + sense * span * (int(count[0]) if count else 1)


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)
