"""Memory of a tree of processes, from the kernel's own books."""

from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of all processes together. `rss` counts shared pages in each process, `pss` once."""

    processes: int
    rss: float
    pss: float


def tree(root: int, *, without: str = "postgres") -> list[int]:
    """The process and all that came from it, except those of a name and what came from them."""
    children: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        head, _, rest = _text(stat).rpartition(")")
        if rest:
            pid = int(stat.parent.name)
            names[pid] = head.partition("(")[2]
            children.setdefault(int(rest.split()[1]), []).append(pid)
    return _descend(root, children, names, without)


def _descend(root: int, children: dict[int, list[int]], names: dict[int, str], without: str) -> list[int]:
    if names.get(root, "").startswith(without):
        return []
    return [root, *(pid for child in children.get(root, ()) for pid in _descend(child, children, names, without))]


def mentioning(word: str, *, without: str = "postgres") -> list[int]:
    """Processes whose command line holds a word, such as the path of their data."""
    pids = [int(path.parent.name) for path in PROC.glob("[0-9]*/cmdline") if word in _text(path)]
    return [pid for pid in pids if not _text(PROC / str(pid) / "comm").startswith(without)]


def memory(pids: list[int]) -> Memory:
    """What they hold now; a process that ended meanwhile holds nothing."""
    rolled = [_rollup(pid) for pid in pids]
    lived = [one for one in rolled if one]
    return Memory(len(lived), sum(one["Rss"] for one in lived) / 1024, sum(one["Pss"] for one in lived) / 1024)


def command(pid: int) -> str:
    """What it was started as, in short."""
    return " ".join(_text(PROC / str(pid) / "cmdline").split("\0")[1:4])


def _rollup(pid: int) -> dict[str, int]:
    """Kilobytes by kind."""
    lines = _text(PROC / str(pid) / "smaps_rollup").splitlines()
    return {line.partition(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("Rss", "Pss:"))}


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
