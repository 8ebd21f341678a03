"""Sources that every organisation finds, as data; none is enabled before somebody wrote down why it may be asked."""

from waypost.sourcing.sources.models import Source

PRACUJ = ("pracuj.pl",)

SHIPPED: dict[str, Source] = {
    source.key: source
    for source in (
        Source(
            key="pracuj-pl",
            name="Pracuj.pl",
            adapter="pracuj",
            recipe={"site": "general"},
            hosts=PRACUJ,
            listing_url="https://www.pracuj.pl/praca",
            is_shipped=True,
        ),
        Source(
            key="pracuj-pl-general",
            name="Pracuj.pl, all trades",
            adapter="pracuj",
            recipe={"site": "general"},
            hosts=PRACUJ,
            listing_url="https://www.pracuj.pl/praca",
            is_shipped=True,
        ),
        Source(
            key="pracuj-pl-it",
            name="Pracuj.pl, IT",
            adapter="pracuj",
            recipe={"site": "it"},
            hosts=PRACUJ,
            listing_url="https://it.pracuj.pl/praca",
            is_shipped=True,
        ),
        Source(
            key="python-org",
            name="Python.org, jobs",
            adapter="feed",
            recipe={"id": r"/jobs/(\d+)/", "listing": {"pattern": r"/jobs/\d+/"}, "follow": False},
            hosts=("python.org",),
            listing_url="https://www.python.org/jobs/feed/rss/",
            is_shipped=True,
        ),
    )
}
