"""Writing a ZIP as a stream that may be put down and taken up again (APPNOTE 6.3: stored files, ZIP64 where needed).

Each file carries its checksum behind its bytes, so that nothing has to be read twice; the directory at the end says all
of it again. The writer keeps only the entries of the piece under way: the others are handed back at the end.
"""

import struct
import zlib
from dataclasses import dataclass, field

LOCAL, DESCRIPTOR, CENTRAL, END = 0x04034B50, 0x08074B50, 0x02014B50, 0x06054B50
END64, LOCATOR64 = 0x06064B50, 0x07064B50
FLAGS = 0x0808
"""A data descriptor follows; names are UTF-8."""
PLAIN, WIDE = 20, 45
"""Version needed to extract: 2.0, and 4.5 for ZIP64."""
MANY, LARGE = 0xFFFF, 0xFFFFFFFF
UNIX, MODE = 3, 0o100640 << 16
DAY = (2026 - 1980) << 9 | 1 << 5 | 1
"""A fixed date: equal content gives an equal ZIP."""


class FileTooLarge(ValueError):
    """A single file of 4 GB or more: no record of ours is that large."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One complete file of the ZIP."""

    name: str
    crc: int
    size: int
    offset: int


@dataclass(slots=True)
class Zip:
    """A ZIP being written from `offset` on; every method gives the bytes to be added."""

    offset: int = 0
    entries: list[Entry] = field(default_factory=list)
    """Complete since they were last taken."""
    _name: str = ""
    _begun: int = 0
    _crc: int = 0
    _size: int = 0

    def begin(self, name: str) -> bytes:
        """The head of a file; what follows are its bytes, through `add`."""
        self._name, self._begun, self._crc, self._size = name, self.offset, 0, 0
        encoded = name.encode()
        head = struct.pack("<IHHHHHIIIHH", LOCAL, PLAIN, FLAGS, 0, 0, DAY, 0, 0, 0, len(encoded), 0) + encoded
        self.offset += len(head)
        return head

    def add(self, chunk: bytes) -> bytes:
        """A run of the file's bytes."""
        self._crc, self._size = zlib.crc32(chunk, self._crc), self._size + len(chunk)
        self.offset += len(chunk)
        if self._size >= LARGE:
            raise FileTooLarge(self._name)
        return chunk

    def end(self) -> bytes:
        """The file is complete."""
        self.entries.append(Entry(self._name, self._crc, self._size, self._begun))
        tail = struct.pack("<IIII", DESCRIPTOR, self._crc, self._size, self._size)
        self.offset += len(tail)
        return tail

    def whole(self, name: str, content: bytes) -> bytes:
        """A small file at once."""
        return self.begin(name) + self.add(content) + self.end()


def line_of(entry: Entry) -> bytes:
    """The entry's line in the directory at the end."""
    name, wide = entry.name.encode(), entry.offset >= LARGE
    extra = struct.pack("<HHQ", 1, 8, entry.offset) if wide else b""
    offset = LARGE if wide else entry.offset
    needed = WIDE if wide else PLAIN
    head = struct.pack(
        "<IBBHHHHHIII", CENTRAL, needed, UNIX, needed, FLAGS, 0, 0, DAY, entry.crc, entry.size, entry.size
    )
    return head + struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, MODE, offset) + name + extra


def tail_of(start: int, size: int, count: int) -> bytes:
    """What follows the directory of `count` lines and `size` bytes that begins at `start`."""
    wide = count >= MANY or start >= LARGE or size >= LARGE
    before = b""
    if wide:
        before = struct.pack("<IQHHIIQQQQ", END64, 44, WIDE, WIDE, 0, 0, count, count, size, start)
        before += struct.pack("<IIQI", LOCATOR64, 0, start + size, 1)
    few = min(count, MANY)
    return before + struct.pack("<IHHHHIIH", END, 0, 0, few, few, min(size, LARGE), min(start, LARGE), 0)
