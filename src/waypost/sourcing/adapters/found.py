"""What reading a page gives: links and summaries of a listing, drafts of a detail page."""

from dataclasses import dataclass, field

from waypost.sourcing.adapters.draft import Draft
from waypost.sourcing.wire.identity import identity_key


@dataclass(frozen=True, slots=True)
class Link:
    """One offer that a listing names."""

    url: str
    source_id: str | None = None
    """The board's own number, as the listing already tells it: an identity must be known before a page is read."""
    summary: Draft | None = None
    """What the listing says of it."""
    whole: bool = False
    """The listing said all there is (a feed): its page need not be asked for."""

    @property
    def key(self) -> str:
        """Its identity."""
        return identity_key(self.source_id, self.url)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list."""

    links: tuple[Link, ...] = ()
    next: tuple[str, ...] = ()
    """Pages that go on; an index of sitemaps has many."""
    recommended: int = 0
    """Links that the board advertises beside what was asked for: counted, never read."""
    zero: bool = False
    """The board says itself that nothing fits."""
    how: dict[str, str] = field(default_factory=dict)
    """What gave what, for a person who tries a recipe."""

    @property
    def silent(self) -> bool:
        """Neither links nor the word that there are none: the page may be drawn by scripts."""
        return not self.links and not self.zero and not self.next


@dataclass(frozen=True, slots=True)
class Detail:
    """The page of one offer."""

    draft: Draft
    expired: bool = False
    """By its structured data or a marker element, never by words somewhere on the page."""

    @property
    def silent(self) -> bool:
        """Nothing to be read: the page may be drawn by scripts."""
        return "title" not in self.draft.values and "description" not in self.draft.values and not self.expired


@dataclass(frozen=True, slots=True)
class Address:
    """A listing's address made of filters; what the source does not know is named, not guessed."""

    url: str
    accepted: dict[str, object] = field(default_factory=dict)
    dropped: dict[str, list[object]] = field(default_factory=dict)
