"""The process tree of `up`: a parent that only looks after its children, which divide from it and are on its leash.

A child that dies is started again; one that refuses (exit code 2) ends the tree, for it would only refuse again.
`python -m waypost.cli.tree PLAN` is what `up` and `demo` turn into; the plan is JSON, see `planting.py`.
"""

import json
import sys
from time import monotonic
from typing import Any, TextIO

from waypost.cli.bell import Bell
from waypost.cli.part import Part
from waypost.cli.ready import Address, answers, shown
from waypost.cli.seed import Child, Seed, Sprouted
from waypost.platform.observe.sharing import kept_aside

LOOK_SECONDS = 0.1
LOOPBACK = "127.0.0.1"
REFUSED = 2


def main(plan: str) -> int:
    """Be the parent, or what one of its children has to be; gives the exit code."""
    try:
        return _planted(json.loads(plan))
    except Sprouted as sprouted:
        child = sprouted.with_traceback(None)
    child.become()


def _planted(given: dict[str, Any]) -> int:
    """Run what comes first, then grow the tree."""
    host, port = given["host"], given["port"]
    folder = [] if given["data"] is None else ["--data", given["data"]]
    tree = Tree()
    say("Looking after the database …")
    tree.ripen()
    for command in given["first"]:
        if code := tree.first([command, *folder]):
            return code
    parts = parts_of(host, port, folder, given["scraper"], given["board"])
    return tree.grow(parts, (host, port), given["welcome"])


def say(line: str, stream: TextIO = sys.stdout) -> None:
    """To the operator, at once."""
    stream.write(f"{line}\n")
    stream.flush()


def parts_of(
    host: str, port: int, folder: list[str], scraper: int | None = None, board: int | None = None
) -> list[Part]:
    """The parts of the product; a scraper and the sample board on those ports where they are wanted."""
    web = Part("web", ["api", "--host", host, "--port", str(port), *folder])
    parts = [web, Part("worker", ["worker", *folder])]
    if scraper is not None:
        parts.append(Part("scraper", ["scraper", "--host", LOOPBACK, "--port", str(scraper)], apart=True))
    if board is not None:
        parts.append(Part("board", ["sample-board", "--port", str(board)], apart=True))
    return parts


class Tree:
    """`first` runs a child to its end, `grow` keeps parts alive until we are asked to stop; both give exit codes."""

    def __init__(self) -> None:
        self._bell, self._seed = Bell(), Seed()

    def ripen(self) -> None:
        """Load what children need, so that they need not."""
        self._seed.ripen(lambda: self._bell.asked)

    def first(self, command: list[str]) -> int:
        """Run one command of ours and wait for it."""
        with kept_aside():
            return self._awaited(self._seed.start(command))

    def _awaited(self, process: Child) -> int:
        asked = 0
        while (code := process.poll()) is None:
            self._bell.wait()
            if self._bell.asked > asked:
                asked = self._bell.asked
                process.terminate() if asked == 1 else process.kill()
        return code if code >= 0 else 1

    def grow(self, parts: list[Part], address: Address, welcome: str = "") -> int:
        """Start the parts and stay; `welcome` follows the line that says that the address answers."""
        is_ready = False
        while not self._bell.asked:
            for part in parts:
                if part.ended() and (code := self._bury(part)) is not None:
                    self._stop(parts)
                    return code
                part.start_when_due(monotonic(), self._seed)
            if not is_ready and answers(address):
                is_ready = True
                say(f"Waypost is ready at {shown(address)}" + (f"\n{welcome}" if welcome else ""))
            self._bell.wait(min([part.due_in(monotonic()) for part in parts] + ([] if is_ready else [LOOK_SECONDS])))
        say("Stopping; once more to hurry.")
        self._stop(parts)
        return 0

    def _bury(self, part: Part) -> int | None:
        """Note a death; the exit code of the whole tree when it was one too many."""
        code = part.bury(monotonic())
        if code == REFUSED:
            return REFUSED
        if part.dies_too_often:
            say(f"The {part.name} process has ended {len(part.deaths)} times in a minute; giving up.", sys.stderr)
            return 1
        say(f"The {part.name} process ended ({_cause(code)}); starting it again.", sys.stderr)
        return None

    def _stop(self, parts: list[Part]) -> None:
        """Ask all to end and wait, however long they drain; another signal ends the patience."""
        asked = self._bell.asked
        for part in parts:
            part.ask_to_stop()
        while any(part.lives() for part in parts):
            self._bell.wait()
            if self._bell.asked > asked:
                for part in parts:
                    part.kill()


def _cause(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
