"""The signature of the PDF itself: PAdES (ETSI EN 319 142-1) by pyHanko, the key in KMS.

Baseline B-B, or B-T with a time stamp authority. The signature certifies the document (PDF 32000-1, 12.8.2.2): readers
show who issued it, and report anything appended as a forbidden change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO

import urllib3
from asn1crypto import pem, tsp, x509
from asn1crypto.algos import SignedDigestAlgorithm

from allmytracks.foundation.errors import Unavailable
from allmytracks.signing.kms import SigningKey
from allmytracks.signing.rules import CertificateMissing
from allmytracks.signing.unloaded import unloaded

# Its HTTP client of time stamp authorities needs aiohttp, 170 modules: ours is urllib3.
with unloaded("aiohttp"):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
    from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
    from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Licensor"
NO_CERTIFICATE = "There is no valid certificate of the key that signs licences; the operator has to publish one."
LONGEST_DER = 72  # ECDSA over P-256: two numbers of 33 bytes with their DER headers
TSA_TIMEOUT_SECONDS = 5.0
# Outside the page: PDF/A wants an invisible field printable, PDF/UA wants it tagged or hidden.
OUT_OF_SIGHT = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)


class PadesSealer:
    """Seals documents with the signing key and the certificate that was published for it."""

    def __init__(self, key: SigningKey, timestamp_url: str | None = None) -> None:
        self._key = key
        self._timestamper = _Timestamper(timestamp_url) if timestamp_url else None

    def seal(self, document: bytes, chains: Sequence[str], at: datetime) -> bytes:
        signer = PdfSigner(
            PdfSignatureMetadata(
                field_name=FIELD,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                certify=True,
                docmdp_permissions=MDPPerm.NO_CHANGES,
            ),
            signer=_KeySigner(self._key, self._chain(chains, at)),
            timestamper=self._timestamper,
            new_field_spec=SigFieldSpec(FIELD, invis_sig_settings=OUT_OF_SIGHT),
        )
        sealed = BytesIO()
        try:
            signer.sign_pdf(_Writer(BytesIO(document)), output=sealed)
        except TimestampRequestError:
            raise Unavailable("The time stamp authority did not answer; please try again shortly.") from None
        return sealed.getvalue()

    def _chain(self, chains: Sequence[str], at: datetime) -> list[x509.Certificate]:
        public = self._key.public_der()
        own = (chain for chain in map(_certificates, chains) if chain and chain[0].public_key.dump() == public)
        found = next((chain for chain in own if chain[0].not_valid_before <= at <= chain[0].not_valid_after), None)
        if found is None:
            raise CertificateMissing(NO_CERTIFICATE)
        return found


class _Writer(IncrementalPdfFileWriter):
    """Adds to a document without rewriting its metadata: pyHanko's rewritten metadata breaks PDF/A."""

    def _update_meta(self) -> None:
        """Changes nothing."""


class _KeySigner(Signer):
    def __init__(self, key: SigningKey, chain: Sequence[x509.Certificate]) -> None:
        super().__init__(
            signing_cert=chain[0],
            cert_registry=SimpleCertificateStore.from_certs(chain[1:]),  # type: ignore[no-untyped-call]  # pyHanko's own
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002 - pyHanko's signature
        return bytes(LONGEST_DER) if dry_run else self._key.sign_message(data)


class _Timestamper(TimeStamper):
    """RFC 3161 over HTTP, by the AWS SDK's HTTP client."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko's own
        self._url = url
        self._http = urllib3.PoolManager(timeout=TSA_TIMEOUT_SECONDS, retries=False)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            answer = self._http.request("POST", self._url, body=req.dump(), headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise TimestampRequestError(type(error).__name__) from error
        if answer.status != 200:
            raise TimestampRequestError(f"HTTP {answer.status}")
        return tsp.TimeStampResp.load(answer.data)


@lru_cache(maxsize=16)
def _certificates(chain: str) -> list[x509.Certificate]:
    """The chain's certificates; none where it cannot be read, so that an older one is taken."""
    try:
        return [x509.Certificate.load(der, strict=True) for _, _, der in pem.unarmor(chain.encode(), multiple=True)]
    except ValueError:
        return []
