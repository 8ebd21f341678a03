"""What an operator may say about outgoing calls."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from waypost.platform.http.addresses import Network, networks


class WayOutSettings(BaseSettings):
    """`ALLOWED_PRIVATE_CIDRS`: private networks that tenants' hosts may lie in; none by default."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    allowed_private_cidrs: str = Field(default="", description="Private networks that tenants' hosts may lie in.")

    @field_validator("allowed_private_cidrs")
    @classmethod
    def _readable(cls, text: str) -> str:
        networks(text)
        return text

    @property
    def allowed(self) -> tuple[Network, ...]:
        """The same as networks."""
        return networks(self.allowed_private_cidrs)
