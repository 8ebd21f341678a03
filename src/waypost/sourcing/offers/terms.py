"""How the catalogue behaves, as the environment says it; a part of every process."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class CatalogueTerms:
    """After how long without being seen an offer that names no end is over; how long what was said of it is kept."""

    unseen: timedelta = timedelta(hours=336)
    payloads: timedelta = timedelta(days=90)
    observations: timedelta = timedelta(days=365)
