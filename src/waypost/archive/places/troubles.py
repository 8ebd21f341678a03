"""What an operating system's error means for a wish: try again, or stop until somebody mends it. A table, overridable.

Named errors of a share that is away, full, read-only or slow pass; errors of rights, names and links do not. An error
that nobody has named is tried again: attempts are counted, so it ends as a dead letter and not as a lost case.
"""

import errno
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from waypost.archive.places.refusals import (
    FileMissing,
    PlaceAbsent,
    PlaceDenied,
    PlaceFull,
    PlaceReadOnly,
    PlaceSilent,
)
from waypost.platform.errors import Refusal

PERMANENT = frozenset({"EACCES", "EPERM", "EINVAL", "ENAMETOOLONG", "ENOTDIR", "EISDIR", "ELOOP", "EFBIG", "EXDEV"})
FULL = frozenset({"ENOSPC", "EDQUOT"})
READ_ONLY = frozenset({"EROFS"})
GONE = frozenset({"ENOENT", "ESTALE", "ENODEV", "ENXIO", "EHOSTDOWN", "ENOTCONN"})


@dataclass(frozen=True, slots=True)
class Troubles:
    """The table; the operator's own words win."""

    permanent: Collection[str] = field(default_factory=frozenset)
    transient: Collection[str] = field(default_factory=frozenset)

    def refusal(self, error: OSError) -> Refusal:
        """The error as a refusal; names and paths stay out of it."""
        name = errno.errorcode.get(error.errno or 0, "unknown error")
        said = f"The storage answered {name}"
        if name in self.permanent or (name in PERMANENT and name not in self.transient):
            return PlaceDenied(f"{said}: check rights, names and links on the share")
        if name in FULL:
            return PlaceFull(f"{said}: make room on the share")
        if name in READ_ONLY:
            return PlaceReadOnly(f"{said}: mount the share so that it can be written")
        return PlaceAbsent(f"{said}: is the share mounted?") if name in GONE else PlaceSilent(said)

    @contextmanager
    def told(self, *, reading: bool = False) -> Iterator[None]:
        """Around calls to the operating system; a file that is not there when it is read is `FileMissing`."""
        try:
            yield
        except OSError as error:
            if reading and error.errno == errno.ENOENT:
                raise FileMissing from error
            raise self.refusal(error) from error


def named_errors(text: str) -> frozenset[str]:
    """`ENOENT, EROFS` as names; raises ValueError for one that no system knows."""
    found = frozenset(one.strip().upper() for one in text.split(",") if one.strip())
    if strange := sorted(found - set(errno.errorcode.values())):
        raise ValueError(f"{strange[0]} is no error of an operating system")
    return found
