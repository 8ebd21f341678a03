"""How the checker of chains asks: its three questions, in its library's words, by way of the bridge."""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

from asn1crypto import cms, crl, ocsp, pem, x509
from pyhanko_certvalidator.authority import Authority
from pyhanko_certvalidator.errors import CertificateFetchError, CRLFetchError, OCSPFetchError, OCSPValidationError
from pyhanko_certvalidator.fetchers import CertificateFetcher, CRLFetcher, OCSPFetcher
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    gather_aia_issuer_urls,
    process_ocsp_response_data,
    unpack_cert_content,
)
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps

from waypost.archive.signing.enquiries import Bridge


class Ocsp(OCSPFetcher):
    """Online answers (RFC 6960), by POST and without a nonce: many files of one minute share one."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._found: dict[bytes, ocsp.OCSPResponse] = {}

    async def fetch(self, cert: x509.Certificate | cms.AttributeCertificateV2, authority: Authority) -> Any:
        question = format_ocsp_request(cert, authority, certid_hash_algo="sha1", request_nonces=False)
        for url in get_ocsp_urls(cert):
            answer = await self._bridge.ask("ocsp", url, question.dump())
            if answer is not None:
                try:
                    response = process_ocsp_response_data(answer[0], ocsp_request=question, ocsp_url=url)
                except (ValueError, OCSPValidationError):
                    continue
                self._found[cert.dump()] = response
                return response
        raise OCSPFetchError("no answer")

    def fetched_responses(self) -> Iterable[ocsp.OCSPResponse]:
        """All of them."""
        return self._found.values()

    def fetched_responses_for_cert(self, cert: Any) -> Iterable[ocsp.OCSPResponse]:
        """Those for one certificate."""
        return [self._found[cert.dump()]] if cert.dump() in self._found else []


class Crl(CRLFetcher):
    """Revocation lists (RFC 5280)."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._found: dict[bytes, list[crl.CertificateList]] = {}

    async def fetch(self, cert: Any, *, use_deltas: Any = None) -> Iterable[crl.CertificateList]:
        points = get_relevant_crl_dps(cert, use_deltas=bool(use_deltas))
        urls = [url for point in points for url in enumerate_delivery_point_urls(point)]
        found = [one for url in urls if (one := await self._list(url)) is not None]
        if urls and not found:
            raise CRLFetchError("no answer")
        self._found[cert.dump()] = found
        return found

    async def _list(self, url: str) -> crl.CertificateList | None:
        answer = await self._bridge.ask("crl", url)
        if answer is None:
            return None
        try:
            der = pem.unarmor(answer[0])[2] if pem.detect(answer[0]) else answer[0]
            return crl.CertificateList.load(der)
        except ValueError:
            return None

    def fetched_crls(self) -> Iterable[crl.CertificateList]:
        """Each once, whoever asked for it."""
        return {one.dump(): one for found in self._found.values() for one in found}.values()

    def fetched_crls_for_cert(self, cert: Any) -> Iterable[crl.CertificateList]:
        """KeyError where nobody asked yet: the library then does."""
        return self._found[cert.dump()]


class Issuers(CertificateFetcher):
    """Certificates above one (RFC 5280, authority information access)."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._found: list[x509.Certificate] = []

    async def fetch_cert_issuers(self, cert: Any) -> AsyncGenerator[x509.Certificate, None]:
        for url in list(gather_aia_issuer_urls(cert))[:5]:
            for one in await self._at(url):
                yield one

    async def fetch_crl_issuers(self, certificate_list: Any) -> AsyncGenerator[x509.Certificate, None]:
        for url in list(certificate_list.issuer_cert_urls)[:5]:
            for one in await self._at(url):
                yield one

    async def _at(self, url: str) -> list[x509.Certificate]:
        answer = await self._bridge.ask("issuer", url)
        if answer is None:
            return []
        try:
            found = list(unpack_cert_content(answer[0], answer[1].partition(";")[0] or None, url, True))
        except ValueError as error:
            raise CertificateFetchError("no certificate") from error
        self._found += found
        return found

    def fetched_certs(self) -> Iterable[x509.Certificate]:
        return self._found
