"""Processor time of a database server and of commands that have ended: it hardly grows when the machine is shared."""

import os
import resource
from dataclasses import dataclass
from pathlib import Path

from waypost.platform.postgres.folder import Folder

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Processor:
    """Seconds so far: of this process's ended children, and of the server with its sessions."""

    commands: float
    server: float

    def __sub__(self, earlier: "Processor") -> "Processor":
        return Processor(self.commands - earlier.commands, self.server - earlier.server)

    def each(self, many: int) -> str:
        """Milliseconds for each of so many."""
        ours, theirs = self.commands / many * 1_000, self.server / many * 1_000
        return f"{ours + theirs:.2f} ms CPU a message ({ours:.2f} programs, {theirs:.2f} PostgreSQL)"


def processor(data: Path) -> Processor:
    """Until now; `data` is the folder of an embedded server."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    parent = (Folder(data / "postgres").cluster / "postmaster.pid").read_text().split()[0]
    ticks = 0
    for stat in PROC.glob("[0-9]*/stat"):
        fields = _fields(stat)
        if stat.parent.name == parent:
            ticks += sum(int(field) for field in fields[11:15])
        elif fields and fields[1] == parent:
            ticks += int(fields[11]) + int(fields[12])
    return Processor(used.ru_utime + used.ru_stime, ticks / TICKS)


def _fields(stat: Path) -> list[str]:
    try:
        return stat.read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
