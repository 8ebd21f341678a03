"""Judges the facts of a release candidate before it is promoted (sourcing.md 5.6). Python's own library alone."""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

OLDEST = timedelta(days=30)
AHEAD = timedelta(minutes=5)
"""Clocks differ by a little."""
SHA, DIGEST = re.compile(r"[0-9a-f]{40}"), re.compile(r"\S+@sha256:[0-9a-f]{64}")
NAMES = {
    "ref": "ref",
    "sha": "sha",
    "release_tag": "releaseTag",
    "created_at": "createdAt",
    "api_image": "apiImage",
    "worker_image": "workerImage",
    "web_image": "webImage",
}
"""Of the text, and of the JSON."""
IMAGES = ("api_image", "worker_image", "web_image")


def facts(text: str) -> dict[str, str]:
    """By the names of the text, whichever form it has; raises ValueError for what is neither."""
    if text.lstrip().startswith("{"):
        told = json.loads(text)
        return {name: str(told[other]).strip() for name, other in NAMES.items() if told.get(other)}
    pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
    if not all(equals for _name, equals, _value in pairs):
        raise ValueError("a line has no =")
    return {name.strip(): value.strip() for name, _equals, value in pairs if value.strip()}


def faults(found: Mapping[str, str], now: datetime) -> Iterator[str]:
    """Why it must not be promoted, as tokens; none where it may."""
    for name in NAMES:
        if name not in found:
            yield f"release-missing-{name}"
    if "sha" in found and not SHA.fullmatch(found["sha"]):
        yield "release-sha-format"
    if "created_at" in found:
        yield from _time(found["created_at"], now)
    for name in IMAGES:
        if name in found and not DIGEST.fullmatch(found[name]):
            yield f"release-{name}-digest"


def _time(said: str, now: datetime) -> Iterator[str]:
    try:
        made = datetime.fromisoformat(said)
    except ValueError:
        made = datetime.min
    if made.tzinfo is None or made.utcoffset() != timedelta(0):
        yield "release-created_at-format"
    elif made > now + AHEAD:
        yield "release-created_at-future"
    elif now - made > OLDEST:
        yield "release-created_at-old"


def main(arguments: list[str]) -> int:
    """0: promote it. 1: do not, for these reasons. 2: called wrongly."""
    parser = argparse.ArgumentParser(prog="verify-release", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--at", type=datetime.fromisoformat, default=None, help="judge as of this time (ISO 8601, UTC)")
    asked = parser.parse_args(arguments)
    try:
        found = facts(asked.file.read_text(encoding="utf-8"))
    except (OSError, ValueError, AttributeError) as error:
        sys.stderr.write(f"verify-release: {asked.file} cannot be read as a release candidate ({error})\n")
        return 2
    wrong = list(faults(found, asked.at or datetime.now(UTC)))
    print("\n".join(wrong) if wrong else f"verify-release: {found['release_tag']} ({found['sha']}) may be promoted")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
