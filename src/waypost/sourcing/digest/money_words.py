"""What boards write around the numbers of a salary, in folded form: currencies, periods, net or gross."""

import re

MULTIPLIERS = ("tys", "tsd", "thousand", "mln", "mio", "k")
TIMES = {"tys": 1_000, "tsd": 1_000, "thousand": 1_000, "k": 1_000, "mln": 1_000_000, "mio": 1_000_000}
CURRENCIES = {
    "PLN": ("pln", "zl", "zlotych", "zlote"),
    "EUR": ("eur", "euro", "€"),
    "USD": ("usd", "us$", "$"),
    "GBP": ("gbp", "£"),
    "CHF": ("chf", "sfr"),
    "CZK": ("czk", "kc"),
    "SEK": ("sek",),
    "NOK": ("nok",),
    "DKK": ("dkk",),
    "HUF": ("huf",),
    "RON": ("ron",),
    "UAH": ("uah", "₴"),
    "CAD": ("cad",),
    "AUD": ("aud",),
    "JPY": ("jpy", "¥"),
}
WITHOUT_CENTS = frozenset({"JPY"})
_CODES = {said: code for code, words in CURRENCIES.items() for said in words}


def _either(word: str) -> str:
    whole = word[-1].isalpha()
    return rf"(?<![a-z]){re.escape(word)}(?![a-z])" if whole else re.escape(word)


CURRENCY = "|".join(_either(word) for word in sorted(_CODES, key=len, reverse=True))
"""A pattern of every word and sign for a currency."""
PERIODS = (
    ("hour", re.compile(r"/ ?h\b|\bgodz|\bhour|\bhr\b|\bstunde|/ ?std\b|\bp\.?h\.?(?![a-z])|\bstundenlohn")),
    ("day", re.compile(r"\bdzien|\bday|\bdaily|\bper diem|\btag\b|\btaglich|\btagessatz|\bmd\b|\bman-?day|\bdniowk")),
    ("week", re.compile(r"\btydzien|\btygodni|\bweek|\bwoche|\bwochentlich")),
    ("month", re.compile(r"\bmies|\bmonth|\bmonat|\bmth\b|/ ?m\b|\bmc\b|/ ?mo\b|\bp\.?m\.?(?![a-z])")),
    (
        "year",
        re.compile(r"\brok\b|\broczn|\broku\b|\byear|/ ?yr\b|\bannu|\bp\.? ?a\.?(?![a-z])|\bjahr|\bjahrlich|/ ?y\b"),
    ),
)
_PLUS_VAT = r"\+ ?\(? ?vat|\bplus (?:vat|mwst)|\bzzgl\.? (?:mwst|ust)|\bexcl\.? vat|\bex vat|\+ ?(?:mwst|ust)\b"
KINDS = (
    ("net-plus-vat", re.compile(_PLUS_VAT)),
    ("gross", re.compile(r"\bbrutto|\bgross|\bbefore tax")),
    ("net", re.compile(r"\bnetto|\bnet\b|\bna reke|\bafter tax")),
)
Signs = tuple[tuple[str, re.Pattern[str]], ...]


def currency_of(said: str | None) -> str | None:
    """The code of a currency's word or sign."""
    return _CODES.get(said.strip()) if said else None


def first_of(signs: Signs, text: str) -> str | None:
    """Of all signs in a text the one that stands first; at one place the one that is listed first."""
    found = [(match.start(), number) for number, (_, sign) in enumerate(signs) if (match := sign.search(text))]
    return signs[min(found)[1]][0] if found else None


def strongest_of(signs: Signs, text: str) -> str | None:
    """Of all signs in a text the one that is listed first."""
    return next((name for name, sign in signs if sign.search(text)), None)
