"""What an operator may say about the catalogue, under the documented names (sourcing.md 5.1)."""

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

    job_offers_raw_payload_days: int = Field(90, ge=1, le=36_500, validation_alias="JOB_OFFERS_RAW_PAYLOAD_DAYS")
    """Days that the documents behind what a source said are kept (the offer as it travelled, and as the board's page
    held it). Those of the newest word about an offer that still stands are kept as long as it stands."""
    job_offers_observation_days: int = Field(365, ge=31, le=36_500, validation_alias="JOB_OFFERS_OBSERVATION_DAYS")
    """Days that an offer's history is kept: what its source said, once for each content. The newest line stays for
    ever, and proves what the offer said last. No figure or alert looks back further than 31 days."""

    def terms(self) -> CatalogueTerms:
        """The same as the catalogue takes it."""
        return CatalogueTerms(
            unseen=timedelta(hours=self.job_offers_null_expiry_stale_hours),
            payloads=timedelta(days=self.job_offers_raw_payload_days),
            observations=timedelta(days=self.job_offers_observation_days),
        )
