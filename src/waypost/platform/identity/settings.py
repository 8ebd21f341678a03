"""Sign-in as operators set it: the documented names of cookies and lifetimes, limits, the door for developers."""

from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from waypost.platform.settings import Group, SettingRefused


class IdentitySettings(Group):
    """Sessions, cookies, sign-in."""

    session_ttl_seconds: int = Field(2_592_000, gt=0, validation_alias="SESSION_TTL_SECONDS")
    """Absolute life of a session; also the cookies' Max-Age."""
    session_idle_seconds: int = Field(1_209_600, ge=0, validation_alias="SESSION_IDLE_SECONDS")
    """A session unused for so long ends; 0 = no such limit."""
    session_cookie_name: str = Field("oss_session", validation_alias="SESSION_COOKIE_NAME")
    """The cookie that holds a session's token."""
    csrf_cookie_name: str = Field("oss_csrf", validation_alias="CSRF_COOKIE_NAME")
    """The cookie that holds its CSRF token, readable by our scripts."""
    csrf_header_name: str = Field("x-csrf-token", validation_alias="CSRF_HEADER_NAME")
    """The header in which programs send that token back."""
    cookie_secure: bool | None = Field(None, validation_alias="COOKIE_SECURE")
    """Unset: on in production, off elsewhere."""
    cookie_samesite: Literal["lax", "strict", "none"] = Field("lax", validation_alias="COOKIE_SAMESITE")
    """Lax is needed where a provider sends the browser back to us."""
    cookie_domain: str | None = Field(None, validation_alias="COOKIE_DOMAIN")
    """Unset: this host only."""
    allow_dev_login: bool = Field(False, validation_alias="ALLOW_DEV_LOGIN")
    """Sign-in without a password; answers only outside production and only callers on this machine."""
    attempts_per_account: int = Field(10, gt=0, validation_alias="SIGN_IN_ATTEMPTS_PER_ACCOUNT")
    """Sign-ins that may be tried for one account within the window; a success starts the count again."""
    attempts_per_address: int = Field(50, gt=0, validation_alias="SIGN_IN_ATTEMPTS_PER_ADDRESS")
    """Sign-ins that may be tried from one address within the window."""
    attempts_window_seconds: int = Field(900, gt=0, validation_alias="SIGN_IN_ATTEMPTS_WINDOW_SECONDS")
    """The window in which tries are counted."""
    second_factor_name: str = Field("Waypost", min_length=1, max_length=40, validation_alias="SECOND_FACTOR_NAME")
    """What authenticator apps call this installation."""
    invitation_ttl_seconds: int = Field(604_800, gt=0, validation_alias="INVITATION_TTL_SECONDS")
    """How long the link of an invitation holds."""
    password_link_ttl_seconds: int = Field(3_600, gt=0, validation_alias="PASSWORD_LINK_TTL_SECONDS")
    """How long a link to choose a new password holds."""
    oidc_issuer: str | None = Field(None, validation_alias="OIDC_ISSUER")
    """The identity provider of the whole installation, by the address that its discovery document names."""
    oidc_client_id: str | None = Field(None, validation_alias="OIDC_CLIENT_ID")
    """Our name at the provider; its redirect address is API_BASE_URL/auth/oidc/callback."""
    oidc_client_secret: SecretStr | None = Field(None, validation_alias="OIDC_CLIENT_SECRET")
    """Our secret at the provider; unset: we are a public client, proved by PKCE alone."""
    oidc_scopes: str = Field("openid email profile", validation_alias="OIDC_SCOPES")
    """What we ask of the provider, separated by spaces."""
    oidc_name: str = Field("single sign-on", min_length=1, max_length=40, validation_alias="OIDC_NAME")
    """What people call the provider; stands on its button."""
    default_org: str = Field("Default", min_length=1, validation_alias="WAYPOST_DEFAULT_ORG")
    """The organisation of parts that the environment configures; found or made at start."""

    @property
    def ttl(self) -> timedelta:
        """Absolute life of a session."""
        return timedelta(seconds=self.session_ttl_seconds)

    @property
    def idle(self) -> timedelta | None:
        """The idle limit, None for none."""
        return timedelta(seconds=self.session_idle_seconds) if self.session_idle_seconds else None

    @property
    def window(self) -> timedelta:
        """The span in which tries at a password are counted."""
        return timedelta(seconds=self.attempts_window_seconds)

    @property
    def invitation_life(self) -> timedelta:
        """How long an invitation holds."""
        return timedelta(seconds=self.invitation_ttl_seconds)

    @property
    def password_link_life(self) -> timedelta:
        """How long a link to choose a password holds."""
        return timedelta(seconds=self.password_link_ttl_seconds)

    @property
    def single_sign_on(self) -> bool:
        """Whether a provider is configured; raises SettingRefused for half of one."""
        if self.oidc_issuer is None:
            return False
        if self.oidc_client_id is None:
            raise SettingRefused("OIDC_ISSUER is set without OIDC_CLIENT_ID: name both, or neither.")
        address = urlsplit(self.oidc_issuer)
        if address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise SettingRefused("OIDC_ISSUER must begin with https:// unless the provider runs on this machine.")
        return True

    def secure_cookies(self, *, prod: bool) -> bool:
        """Whether cookies travel over HTTPS only; raises SettingRefused for a choice that browsers or sense forbid."""
        secure = prod if self.cookie_secure is None else self.cookie_secure
        if prod and not secure:
            raise SettingRefused("COOKIE_SECURE is false in production: set it to true, sessions travel in the clear.")
        if self.cookie_samesite == "none" and not secure:
            raise SettingRefused("COOKIE_SAMESITE=none needs COOKIE_SECURE=true: browsers drop such cookies otherwise.")
        return secure
