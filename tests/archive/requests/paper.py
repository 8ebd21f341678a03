"""A far side made of paper: an origin whose cases lie on a desk, and that does what a test tells it to."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from waypost.archive.places.placement import Placing
from waypost.archive.requests.origin import Case, Gathered, Outcome, Skipped
from waypost.archive.sealing.snapshot import Article, File, Origin, Party, Snapshot, Subject
from waypost.platform.errors import Conflict, Unavailable
from waypost.platform.jobs import Run
from waypost.platform.storage.blobs import Blobs

KIND = "paper"
WROTE = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class DeskAway(Unavailable):
    """The desk does not answer."""


class DeskRefuses(Conflict):
    """The desk refuses."""

    code = "desk_refuses"


@dataclass(slots=True)
class Paper:
    """Cases by reference, and everything that was done to them."""

    articles: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    """Of each case by reference: one attachment of its first article."""
    untriggered: set[str] = field(default_factory=set)
    fails: dict[str, list[Exception]] = field(default_factory=dict)
    """Errors that `begin`, `gather` or `settle` raises, the first first."""
    calls: Counter[str] = field(default_factory=Counter)
    told: list[Outcome] = field(default_factory=list)
    meanwhile: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    """What happens at the end of `begin`, `gather` or `settle`, once."""
    user: str = "anna"
    path: tuple[str, ...] = ("Cellar",)

    async def begin(self, _run: Run, case: Case) -> Skipped | None:
        self._stumble("begin")
        skipped = Skipped("not_triggered") if case.ref in self.untriggered and not case.forced else None
        await self._happen("begin")
        return skipped

    async def gather(self, run: Run, case: Case) -> Gathered:
        self._stumble("gather")
        content = self.files.get(case.ref)
        blobs: dict[str, str] = {}
        if content is not None:
            (ref,) = await run.of(Blobs).put_many(run.org, [("archive", content)])
            blobs[sha256(content).hexdigest()] = ref.storage_key
        gathered = Gathered(self.snapshot(case.ref, content), Placing(self.user, self.path, f"90{case.ref}"), blobs)
        await self._happen("gather")
        return gathered

    async def settle(self, _run: Run, outcome: Outcome) -> None:
        self._stumble("settle")
        self.told.append(outcome)
        await self._happen("settle")

    def snapshot(self, ref: str, content: bytes | None) -> Snapshot:
        """The case as it lies there now."""
        texts = self.articles.setdefault(ref, ["The cellar is wet."])
        anna = Party("7", "anna", "anna@client.example", "Anna Arber")
        files = (_file(content),) if content is not None else ()
        said = tuple(
            Article(str(at), WROTE, False, "anna@client.example", "Water", "", text, files=files if at == 1 else ())
            for at, text in enumerate(texts, 1)
        )
        subject = Subject(ref, f"90{ref}", "Water in the cellar", WROTE, WROTE, customer=anna)
        return Snapshot(Origin(KIND, ""), datetime.now(UTC), subject, said)

    async def _happen(self, call: str) -> None:
        if happening := self.meanwhile.pop(call, None):
            await happening()

    def _stumble(self, call: str) -> None:
        self.calls[call] += 1
        if self.fails.get(call):
            raise self.fails[call].pop(0)


def _file(content: bytes) -> File:
    digest = sha256(content).hexdigest()
    return File("1", "4", "plan of the cellar.txt", "text/plain", len(content), digest, "kept")
