"""Pages of a run, kept as they came, so that they can be read again without asking (`WORKER_OUTPUT_MODE=full`)."""

import json
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from waypost.sourcing.adapters.page import Page
from waypost.sourcing.wire.report import HostNews

INDEX = "pages.jsonl"


class Visits(Protocol):
    """Where pages come from."""

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """One page."""

    def news(self) -> tuple[HostNews, ...]:
        """What was learnt of hosts and not told to anybody yet; told once."""


@dataclass(slots=True)
class Keeping:
    """Visits whose first `most` pages also go into `folder`: a line in `pages.jsonl` and a packed body each."""

    visits: Visits
    folder: Path
    most: int = 5
    kept: int = 0

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """One page, kept beside."""
        page = await self.visits.fetch(url, kept=kept, drawn=drawn, wanted=wanted)
        if self.kept < self.most:
            self._keep(page)
        return page

    def news(self) -> tuple[HostNews, ...]:
        """Theirs."""
        return self.visits.news()

    def artifacts(self) -> dict[str, Any]:
        """The `artifacts` of diagnostics."""
        pages = {"count": self.kept, "directory": self.folder.name, "samplePaths": [f"{self.folder.name}/{INDEX}"]}
        return {"artifactMode": "full", "storageBackend": "filesystem", "availability": "available", "rawPages": pages}

    def _keep(self, page: Page) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.kept += 1
        name = f"{self.kept:04}.z"
        (self.folder / name).write_bytes(zlib.compress(page.body))
        told = {"url": page.url, "asked": page.asked, "status": page.status, "type": page.content_type, "file": name}
        told |= {"at": page.at.isoformat() if page.at else None, "drawn": page.drawn}
        with (self.folder / INDEX).open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")


def stored(folder: Path) -> Iterator[Page]:
    """The pages of a folder, in the order they were asked for. Refuses (FileNotFoundError) a folder without any."""
    for line in (folder / INDEX).read_text("utf-8").splitlines():
        told = json.loads(line)
        body = zlib.decompress((folder / Path(told["file"]).name).read_bytes())
        at = datetime.fromisoformat(told["at"]) if told["at"] else None
        yield Page(told["url"], told["status"], body, told["type"], told["asked"], at, told["drawn"])


def sweep(root: Path, now: datetime, keep: timedelta) -> int:
    """Forget folders of runs whose last page is older than `keep`; how many."""
    old = [one.parent for one in root.glob(f"*/{INDEX}") if one.stat().st_mtime < (now - keep).timestamp()]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)
