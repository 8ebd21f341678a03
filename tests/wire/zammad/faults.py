"""Failures by script: what goes wrong, for which calls, how often."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["status", "slow", "cut", "not_json", "wrong_shape", "lost_answer"]


@dataclass(slots=True)
class Fault:
    """Applies to calls whose `METHOD /path` matches, `times` times.

    `lost_answer`: the call is carried out, then the connection is cut.
    """

    calls: str
    kind: Kind = "status"
    status: int = 500
    retry_after: str | None = None
    times: int = 1
    seconds: float = 0.0

    def takes(self, method: str, path: str) -> bool:
        """Whether it applies to this call; counts it then."""
        if self.times > 0 and re.search(self.calls, f"{method} {path}"):
            self.times -= 1
            return True
        return False
