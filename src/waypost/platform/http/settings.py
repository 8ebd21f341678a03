"""What an operator may say about outgoing calls."""

from pydantic import Field, field_validator

from waypost.platform.http.addresses import Network, networks
from waypost.platform.http.hardening import Hardening
from waypost.platform.settings import Group, named


class WayOutSettings(Group):
    """The group of outgoing calls."""

    allowed_private_cidrs: str = Field("", validation_alias="ALLOWED_PRIVATE_CIDRS")
    """Private networks that tenants' hosts (webhooks, mail servers typed in the web) may lie in; none by default."""
    hardening_transport_trust_env: bool = Field(
        False, validation_alias=named("HARDENING_TRANSPORT_TRUST_ENV", "hardening.transport.trust_env")
    )
    """Use the proxies that the environment names for calls to Zammad and to time-stamping authorities."""
    hardening_transport_allow_insecure_http: bool = Field(
        False,
        validation_alias=named("HARDENING_TRANSPORT_ALLOW_INSECURE_HTTP", "hardening.transport.allow_insecure_http"),
    )
    """Allow addresses of Zammad and of time-stamping authorities without encryption."""
    hardening_transport_allow_insecure_tls: bool = Field(
        False,
        validation_alias=named("HARDENING_TRANSPORT_ALLOW_INSECURE_TLS", "hardening.transport.allow_insecure_tls"),
    )
    """Allow not to verify their certificates."""
    hardening_transport_allow_local_upstreams: bool = Field(
        False,
        validation_alias=named(
            "HARDENING_TRANSPORT_ALLOW_LOCAL_UPSTREAMS", "hardening.transport.allow_local_upstreams"
        ),
    )
    """Allow such addresses that lead to this machine itself."""

    @field_validator("allowed_private_cidrs")
    @classmethod
    def _readable(cls, text: str) -> str:
        networks(text)
        return text

    @property
    def allowed(self) -> tuple[Network, ...]:
        """The same as networks."""
        return networks(self.allowed_private_cidrs)

    def hardening(self) -> Hardening:
        """The rules for addresses that the operator wrote down."""
        return Hardening(
            self.hardening_transport_trust_env,
            self.hardening_transport_allow_insecure_http,
            self.hardening_transport_allow_insecure_tls,
            self.hardening_transport_allow_local_upstreams,
        )
