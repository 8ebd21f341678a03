"""How the catalogue behaves, as the environment says it; a part of every process."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CatalogueTerms:
    """After how long without being seen an offer that names no end is over."""

    unseen: timedelta = timedelta(hours=336)
