"""Mail that breaks mail systems, each with what must come of it. `cases()` is the whole set."""

from tests.wire.torture.case import Answer, Case, Holds, Sent, fill
from tests.wire.torture.everything import cases

__all__ = ["Answer", "Case", "Holds", "Sent", "cases", "fill"]
