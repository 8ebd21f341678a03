"""The words of a recipe. Each field's docstring is what `docs/recipes.md` explains at length."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from waypost.sourcing.adapters.draft import FIELDS
from waypost.sourcing.adapters.embedded import steps
from waypost.sourcing.adapters.markup import tree

MOST_REPEATS = 3
NESTED = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]")
REPEAT = re.compile(r"(?<!\\)[+*]|\{\d*,")


def _selector(text: str) -> str:
    from selectolax.lexbor import SelectolaxError

    try:
        tree("<p>").css(text)
    except SelectolaxError:
        raise ValueError(f"'{text}' is not a CSS selector") from None
    return text


def _pattern(text: str) -> str:
    """A pattern that cannot keep a process busy: few repeats, none inside another."""
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"'{text}' is not a pattern: {error}") from None
    if NESTED.search(text) or len(REPEAT.findall(text)) > MOST_REPEATS:
        raise ValueError(f"'{text}' repeats too often; use at most {MOST_REPEATS} of + * {{n,}}, none inside another")
    return text


def _path(text: str) -> str:
    steps(text)
    return text


def _many(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


Css = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_selector)]
Pattern = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_pattern)]
Path = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_path)]


class Part(BaseModel):
    """A part of a recipe; unknown words are refused, so that a typing error is seen."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Rule(Part):
    """One way to a value: exactly one of `css`, `json`, `posting`, `meta`, `url`, `value`."""

    css: Css | None = None
    """The first element that fits; `attr` of it, else its text."""
    attr: Annotated[str, Field(max_length=60)] | None = None
    json_: Path | None = Field(None, alias="json")
    """A path into the embedded data."""
    posting: Annotated[str, Field(max_length=60)] | None = None
    """A field of the page's JobPosting (JSON-LD or microdata), under our name for it."""
    meta: Annotated[str, Field(max_length=100)] | None = None
    """`<meta name=… or property=…>`."""
    url: bool = False
    """The page's own address."""
    value: str | int | bool | None = None
    """Always this."""
    pattern: Pattern | None = None
    """Takes the first group (or the whole match) out of the text."""
    kind: Literal["text", "html", "list", "url", "flag"] = Field("text", alias="as")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """A bare string is a selector."""
        return {"css": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one(self) -> "Rule":
        given = [self.css, self.json_, self.posting, self.meta, self.url or None, self.value]
        if sum(one is not None for one in given) != 1:
            raise ValueError("needs exactly one of css, json, posting, meta, url, value")
        return self

    @property
    def told(self) -> str:
        """How a person reads it beside the value it gave."""
        if self.css is not None:
            return f"css {self.css}" + (f" @{self.attr}" if self.attr else "")
        known = {"json": self.json_, "JobPosting": self.posting, "meta": self.meta, "value": self.value}
        return next((f"{name} {what}" for name, what in known.items() if what is not None), "address")


Rules = Annotated[tuple[Rule, ...], BeforeValidator(_many), Field(max_length=12)]


def _known(fields: dict[str, Rules]) -> dict[str, Rules]:
    odd = [
        name for name in fields if name not in FIELDS and not re.fullmatch(r"details(\.[A-Za-z]\w{0,40}){1,3}", name)
    ]
    if odd:
        raise ValueError(f"'{odd[0]}' is no field of an offer; known are {', '.join(FIELDS)} and details.…")
    return fields


Fields = Annotated[dict[str, Rules], AfterValidator(_known)]


class Embedded(Part):
    """JSON that a page carries for its own scripts."""

    script: Css = "script#__NEXT_DATA__"
    at: Path | None = None
    """Where in it the offer (or list) stands."""


class Next(Part):
    """Where the list goes on: a link, or a number in the address."""

    css: Css | None = None
    param: Annotated[str, Field(max_length=40)] | None = None
    first: int = 1
    """The number that the first page has without saying so."""
    step: int = Field(1, ge=1, le=200)


class Cards(Part):
    """What a listing says of each offer."""

    item: Css | None = None
    """The element around one offer; selectors of `fields` look inside it."""
    items: Path | None = None
    """Or where the offers stand in the embedded data; `json` paths of `fields` begin there."""
    link: Rules = Field(default_factory=lambda: (Rule(css="a[href]", attr="href", kind="url"),))
    fields: Fields = {}


class ListingRules(Part):
    """How a page of the list is read."""

    within: Css | None = None
    """Only links inside this; everything where it is absent."""
    outside: Css | None = None
    """Recommended offers: counted, never read."""
    links: Css = "a[href]"
    pattern: Pattern | None = None
    """An address must match it."""
    embedded: Embedded | None = None
    cards: Cards | None = None
    zero: Css | None = None
    """The board says itself that nothing fits."""
    next: Next = Field(default_factory=lambda: Next(css="link[rel~=next], a[rel~=next]"))


class DetailRules(Part):
    """How an offer's page is read."""

    embedded: Embedded | None = None
    expired: Css | None = None
    """An element that stands there only when the offer is gone."""
    fields: Fields = {}


class Recipe(Part):
    """All of it."""

    version: int = Field(1, ge=1)
    id: Pattern | None = None
    """Takes the board's own number out of an offer's address."""
    listing: ListingRules = Field(default_factory=ListingRules)
    detail: DetailRules = Field(default_factory=DetailRules)
    challenge: Css | None = None
    """An element of the page that asks whether we are human; then we leave."""
    browser: bool = False
    """Its pages are drawn by scripts: an installed Chromium may run them."""
    http: bool = False
    """Its pages have no encryption (a test board in one's own network)."""
    follow: bool = True
    """Ask for each offer's page; false where the list says all there is."""
    newest_days: int | None = Field(None, ge=1, le=3_650)
    """A sitemap's entries older than this are left out."""
    filters: dict[str, Any] | None = None
    """How filters become an address (`addresses.py`)."""
    site: str | None = Field(None, max_length=40)
    """Which of the sites of a shipped recipe."""
