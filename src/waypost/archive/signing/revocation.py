"""Whether certificates are still good, while that can be asked: the evidence of the levels LT and LTA."""

import asyncio
from collections.abc import Iterable

from asn1crypto import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathBuildingError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers import Fetchers

from waypost.archive.signing.enquiries import Bridge
from waypost.archive.signing.fetching import Crl, Issuers, Ocsp
from waypost.archive.signing.look import Chain
from waypost.archive.signing.refusals import ChainRevoked, ChainUntrusted, RevocationUnknown, RevocationUnreachable
from waypost.archive.signing.writing import Evidence


def collect(chains: list[Chain], roots: list[x509.Certificate], bridge: Bridge) -> Evidence:
    """Evidence that all of these are good now; runs in a thread beside the loop of `bridge`.

    Refuses with `ChainUntrusted`, `ChainRevoked`, `RevocationUnreachable` or `RevocationUnknown`.
    """
    return asyncio.run(_collect(chains, roots, bridge))


async def _collect(chains: list[Chain], roots: list[x509.Certificate], bridge: Bridge) -> Evidence:
    found = Evidence()
    if any(chain.certificate.self_issued for chain in chains):
        raise RevocationUnknown("A certificate that issued itself can be revoked by nobody.")
    for chain in chains:
        others = [one for each in chains for one in each.others]
        context = ValidationContext(
            trust_roots=roots,
            other_certs=others,
            allow_fetching=True,
            fetchers=Fetchers(Ocsp(bridge), Crl(bridge), Issuers(bridge)),
            revocation_mode="require",
        )
        path = await _path(chain, context, bridge)
        found += Evidence(tuple(path), tuple(context.ocsps), tuple(context.crls))
    return found


async def _path(chain: Chain, context: ValidationContext, bridge: Bridge) -> Iterable[x509.Certificate]:
    validator = CertificateValidator(chain.certificate, chain.others, validation_context=context)
    usage = {"time_stamping"} if chain.authority else None
    try:
        validating = validator.async_validate_usage(set(), usage)  # type: ignore[no-untyped-call]  # untyped there
        path: Iterable[x509.Certificate] = await validating
        return path
    except RevokedError as error:
        raise ChainRevoked(str(error)) from None
    except InsufficientRevinfoError as error:
        raise RevocationUnreachable if bridge.silent else RevocationUnknown(str(error)) from None
    except (PathBuildingError, ValidationError) as error:
        if bridge.silent:
            raise RevocationUnreachable from None
        raise ChainUntrusted(f"{ChainUntrusted.title()}: {error}") from None
