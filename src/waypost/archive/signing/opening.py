"""The parts of signing, made from the settings; nothing is loaded and nobody is called before they are used."""

from waypost.archive.signing.authority import Authorities
from waypost.archive.signing.enquiries import Enquiries
from waypost.archive.signing.settings import SigningSettings
from waypost.archive.signing.signer import Signer
from waypost.platform.errors import Refusal
from waypost.platform.http.hardening import Hardening
from waypost.platform.settings import SettingRefused


def open_signing(settings: SigningSettings, rules: Hardening) -> Signer:
    """The part that signs, with its `authorities`. Stops the start when an authority's address is not allowed."""
    for address in settings.addresses if settings.tsa_enabled else ():
        try:
            rules.check(address)
        except Refusal as refused:
            raise SettingRefused(f"TSA_URL: {refused.detail}") from None
    authorities = Authorities(settings.tsa_terms(rules))
    return Signer(settings.seal_terms(), authorities, Enquiries(rules))
