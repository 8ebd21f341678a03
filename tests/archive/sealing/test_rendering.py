"""Pages are made in a child process: the same bytes everywhere, within limits, leaving nothing behind."""

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.archive.sealing.cases import AT, article, case, drawing, embedded, kept, summed, words
from waypost.archive.sealing.canonical import canonical, snapshot_bytes
from waypost.archive.sealing.preview import sample
from waypost.archive.sealing.rendering import Look, LookRefused, PagesNotMade, TooManyArticles, render
from waypost.archive.sealing.snapshot import AuditLine, Snapshot
from waypost.platform.jobs.children import stop_children

pytestmark = pytest.mark.anyio
MANY_SCRIPTS = "Größe 漢字 שלום مرحبا हिन्दी 😀👩\u200d💻 \ue000 𝒳 ไทย"
PROGRAM = """
import hashlib, sys
from tests.archive.sealing.test_rendering import varied
from waypost.archive.sealing.look import Look
from waypost.archive.sealing.printing import print_directly
snapshot, files = varied()
print(hashlib.sha256(print_directly(snapshot, Look(), files)[0]).hexdigest())
"""


def varied() -> tuple[Snapshot, dict[str, bytes]]:
    """A case with scripts, pictures and files."""
    picture = drawing("JPEG", (90, 60))
    html = f'<p>{MANY_SCRIPTS}</p><img src="cid:p"><table><tr><th>A<th>B<tr><td>1<td>2</table>'
    return case(article(html, files=(kept(picture, content_id="p"),))), {summed(picture): picture}


@pytest.fixture(autouse=True)
async def _children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Temporary folders of a test are its own, and its children end with it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    await stop_children()


async def test_equal_cases_give_equal_bytes_in_any_process(tmp_path: Path) -> None:
    """Other folder, other home, other zone, other locale, other order of hashing, no cache of fonts; after others."""
    await render(sample(), {}, Look(template="compact"))
    here = await render(*varied(), Look())
    cold = {"PATH": os.defpath, "PYTHONPATH": os.getcwd(), "HOME": str(tmp_path), "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-c", PROGRAM]
    environment = {**cold, "PYTHONHASHSEED": "7", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    there = await asyncio.create_subprocess_exec(*command, env=environment, stdout=subprocess.PIPE)
    said, _ = await there.communicate()
    assert said.decode().strip() == hashlib.sha256(here[0].pdf).hexdigest()
    again = await render(*varied(), Look())
    assert again == here


async def test_volumes_print_their_own_articles_and_hold_the_whole_case() -> None:
    books = (AuditLine(AT, "archive.request.made", "person:7", {"request": "1"}),)
    whole = case(*(article("", f"number {place} said", id=str(place)) for place in range(5)), audit=books)
    volumes = await render(whole, {}, Look(locale="en_GB", articles_per_volume=2))
    assert [(one.number, one.articles) for one in volumes] == [(1, 2), (2, 2), (3, 1)]
    assert "Volume2of3:articles3to4of5" in words(volumes[1].pdf)
    for volume, inside in zip(volumes, ((0, 1), (2, 3), (4,)), strict=True):
        said = words(volume.pdf)
        assert [place for place in range(5) if f"number{place}said" in said] == list(inside)
        assert embedded(volume.pdf) == {"snapshot.json": snapshot_bytes(whole), "audit.json": canonical(books)}
        assert summed(canonical(books)) in said


async def test_refusals_come_through() -> None:
    with pytest.raises(TooManyArticles):
        await render(case(*[article("", "x")] * 3), {}, Look(max_articles=2))
    with pytest.raises(LookRefused):
        await render(case(), {}, Look(zone="Nowhere"))


async def test_time_and_memory_are_limited_and_nothing_is_left(tmp_path: Path) -> None:
    large = case(*[article("", "lorem ipsum " * 400)] * 100)
    with pytest.raises(PagesNotMade, match="too long"):
        await render(large, {}, Look(), timeout=timedelta(seconds=0.3))
    with pytest.raises(PagesNotMade):
        await render(large, {}, Look(), memory=200 << 20)
    assert os.listdir(tmp_path) == []


async def test_a_render_that_nobody_waits_for_leaves_nothing(tmp_path: Path) -> None:
    task = asyncio.create_task(render(replace(sample(), articles=sample().articles * 50), {}, Look()))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert os.listdir(tmp_path) == []


async def test_what_a_killed_process_left_is_swept_up_hours_later(tmp_path: Path) -> None:
    for name, age in (("waypost-pages-old", 7 * 3_600), ("waypost-pages-new", 60), ("others", 7 * 3_600)):
        os.makedirs(tmp_path / name / "files")
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    await render(case(), {}, Look(template="minimal"))
    assert sorted(os.listdir(tmp_path)) == ["others", "waypost-pages-new"]
