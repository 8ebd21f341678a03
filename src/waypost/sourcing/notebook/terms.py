"""How the notebook behaves, as the environment says it; a part of every process."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class NotebookTerms:
    """Of rematching: how long ago an offer may have been seen, how many are looked at in one go, which score is enough.
    And whether offers are scored when they come in."""

    rematch_within: timedelta = timedelta(hours=72)
    rematch_batch: int = 250
    rematch_least: int = 60
    score_on_ingest: bool = True
