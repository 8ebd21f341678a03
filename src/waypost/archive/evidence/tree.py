"""The arithmetic of an append-only tree of hashes (RFC 9162, section 2), without any storage.

A tree over `size` leaves is named by its root. It is made of perfect subtrees: `(level, place)` is the one over the
leaves from `place * 2**level` to before `(place + 1) * 2**level`, and level 0 are the leaves' own hashes. Perfect
subtrees never change once they stand, so they are kept, and every proof is put together from a few of them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

HASH_BYTES = 32
EMPTY = hashlib.sha256(b"").digest()
"""Root of a tree without leaves."""

Node = tuple[int, int]
"""`(level, place)` of a perfect subtree."""
Range = tuple[int, int]
"""Leaves from the first number to before the second."""


def leaf_hash(data: bytes) -> bytes:
    """Of one entry's bytes; the prefix keeps a leaf from being taken for a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Of two subtrees beside each other."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def joined(hashes: Sequence[bytes]) -> bytes:
    """One root over neighbouring subtrees, largest first: the right ones are joined first."""
    if not hashes:
        return EMPTY
    *rest, root = hashes
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


@dataclass(slots=True)
class Frontier:
    """The growing edge of a tree: its size and the perfect subtrees it consists of, largest first."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    @classmethod
    def read(cls, size: int, kept: bytes) -> "Frontier":
        """From `kept` as `written` gave it. Raises ValueError when a tree of this size has another edge."""
        if len(kept) != HASH_BYTES * size.bit_count():
            raise ValueError(f"{len(kept)} bytes are not the edge of a tree of {size}")
        return cls(size, [kept[at : at + HASH_BYTES] for at in range(0, len(kept), HASH_BYTES)])

    def written(self) -> bytes:
        """All hashes in a row."""
        return b"".join(self.hashes)

    def root(self) -> bytes:
        """Of the tree as it is now."""
        return joined(self.hashes)

    def push(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Add a leaf's hash; gives the perfect subtrees above the leaf that it completed, lowest first."""
        made: list[tuple[Node, bytes]] = []
        level, place = 0, self.size
        while place & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            level, place = level + 1, place >> 1
            made.append(((level, place), leaf))
        self.hashes.append(leaf)
        self.size += 1
        return made


def inclusion_ranges(position: int, size: int) -> list[Range]:
    """The subtrees whose roots are the path from a leaf to the root, lowest first (section 2.1.3.1)."""
    if not 0 <= position < size:
        raise ValueError(f"no leaf {position} in a tree of {size}")
    return _path(position, 0, size)


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees whose roots prove that the first `old` leaves are the same in both trees (section 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {old} cannot have grown to {new}")
    return _grown(old, 0, new, whole=True)


def perfect(leaves: Range) -> list[Node]:
    """The perfect subtrees of a range that begins where one of them may begin, largest first."""
    start, end = leaves
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def resolved(ranges: Iterable[Range], kept: Mapping[Node, bytes]) -> list[bytes]:
    """The root of each range from the kept perfect subtrees; raises KeyError when one is missing."""
    return [joined([kept[node] for node in perfect(each)]) for each in ranges]


def proves_inclusion(leaf: bytes, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from the leaf at `position` to the root of a tree of `size` (section 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    place, last, reached = position, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(each, reached)
            place, last = _up(place, last)
        else:
            reached = node_hash(reached, each)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root


def proves_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `new` leaves begins with that of `old` (section 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not hashes:
        return False
    place, last = _up_while_right(old - 1, new - 1)
    first = second = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(each, first), node_hash(each, second)
            place, last = _up(place, last)
        else:
            second = node_hash(second, each)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _up(place: int, last: int) -> tuple[int, int]:
    """To the level below the next one on which the node is a right child: it has no sibling in between."""
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _up_while_right(place: int, last: int) -> tuple[int, int]:
    while place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _path(position: int, start: int, end: int) -> list[Range]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if position < middle:
        return [*_path(position, start, middle), (middle, end)]
    return [*_path(position, middle, end), (start, middle)]


def _grown(old: int, start: int, end: int, *, whole: bool) -> list[Range]:
    if start + old == end:
        return [] if whole else [(start, end)]
    middle = start + _split(end - start)
    if start + old <= middle:
        return [*_grown(old, start, middle, whole=whole), (middle, end)]
    return [*_grown(start + old - middle, middle, end, whole=False), (start, middle)]
