"""What an operator may say about the catalogue, under the documented name (sourcing.md 5.1)."""

from datetime import timedelta

from pydantic import Field

from waypost.platform.settings import Group
from waypost.sourcing.offers.terms import CatalogueTerms


class OfferSettings(Group):
    """The group of the catalogue."""

    job_offers_null_expiry_stale_hours: int = Field(
        336, ge=1, le=2_160, validation_alias="JOB_OFFERS_NULL_EXPIRY_STALE_HOURS"
    )
    """Hours after which an offer that names no end and was not seen again is over."""

    def terms(self) -> CatalogueTerms:
        """The same as the catalogue takes it."""
        return CatalogueTerms(unseen=timedelta(hours=self.job_offers_null_expiry_stale_hours))
