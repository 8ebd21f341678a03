"""What an operator may say about outgoing calls."""

from pydantic import Field, field_validator

from waypost.platform.http.addresses import Network, networks
from waypost.platform.settings import Group


class WayOutSettings(Group):
    """The group of outgoing calls."""

    allowed_private_cidrs: str = Field("", validation_alias="ALLOWED_PRIVATE_CIDRS")
    """Private networks that tenants' hosts (webhooks, mail servers typed in the web) may lie in; none by default."""

    @field_validator("allowed_private_cidrs")
    @classmethod
    def _readable(cls, text: str) -> str:
        networks(text)
        return text

    @property
    def allowed(self) -> tuple[Network, ...]:
        """The same as networks."""
        return networks(self.allowed_private_cidrs)
