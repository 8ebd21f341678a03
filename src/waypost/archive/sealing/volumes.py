"""Which articles a document prints: limits as the operator set them, and volumes so that none grows too large."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from waypost.archive.sealing.look import Look
from waypost.archive.sealing.snapshot import Article, Snapshot
from waypost.archive.sealing.tables import MOST_CELLS
from waypost.platform.errors import Invalid

MOST_WEIGHT = 1_200_000
"""Characters of bodies in one volume; laying one out takes about 400 bytes of memory."""
_CELL = 90
"""Characters that a cell of a table weighs as much as."""
MOST_BODY = 400_000
"""Characters of one body that are printed; the whole of it is in the embedded snapshot."""
_FILE = 600
"""The same for a file, which stands in three lists."""


class TooManyArticles(Invalid):
    """This case has more articles than the settings allow in a document."""

    code = "too_many_articles"


@dataclass(frozen=True, slots=True)
class Range:
    """The articles of one volume, by their places in the snapshot."""

    number: int
    of: int
    first: int
    last: int
    """One past the last."""
    printed: int
    """Articles that all volumes print together."""
    every: int
    """Articles in the snapshot."""

    @property
    def is_capped(self) -> bool:
        """Whether the limit left articles out."""
        return self.printed < self.every


def ranges(snapshot: Snapshot, look: Look) -> tuple[Range, ...]:
    """The volumes of a case, at least one; refuses above the limit when the mode says so (TooManyArticles)."""
    every = len(snapshot.articles)
    printed = min(every, look.max_articles or every)
    if printed < every and look.limit_mode == "fail":
        raise TooManyArticles(f"The case has {every} articles, and the limit is {look.max_articles}.")
    ends = list(_ends(snapshot.articles[:printed], look.articles_per_volume)) or [0]
    starts = [0, *ends[:-1]]
    return tuple(
        Range(place, len(ends), first, last, printed, every)
        for place, (first, last) in enumerate(zip(starts, ends, strict=True), 1)
    )


def _ends(articles: Sequence[Article], most: int) -> Iterator[int]:
    count = total = 0
    for place, article in enumerate(articles):
        size = weight(article)
        if count and (count >= most or total + size > MOST_WEIGHT):
            yield place
            count = total = 0
        count, total = count + 1, total + size
    if articles:
        yield len(articles)


def weight(article: Article) -> int:
    """What an article costs in memory, in characters of a body."""
    body = min(len(article.body_text), MOST_BODY)
    return body + _CELL * min(_cells(article), MOST_CELLS) + _FILE * len(article.files)


def _cells(article: Article) -> int:
    return article.body_html.count("<td") + article.body_html.count("<th")
