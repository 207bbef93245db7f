"""A licence made into a letter: signed, printed and stored once (design, 6.3).

None of it counts before a record names it: whoever dies half-way, or loses a race, leaves at most a document that
nobody finds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from allmytracks.domain.licenses import Letter, License
from allmytracks.ports.licenses import Documents, DocumentSealer, LetterLinks, LetterPrinter, LicenseSigner
from allmytracks.ports.publications import Publications
from allmytracks.services import published


def links_of(public_url: str, number: str) -> LetterLinks:
    """Where anyone checks a licence; the letter's QR code leads to the first."""
    return LetterLinks(f"{public_url}/v1/verifications/{number}", f"{public_url}/.well-known/jwks.json")


def document_key(number: str) -> str:
    """Where a letter's document lies."""
    return f"letters/{number}.pdf"


@dataclass(frozen=True)
class PrintLetter:
    """Makes the letter of a licence whose number is new; the bytes are never made again.

    Raises UnprintableText, Conflict where a document of this number is stored already, CertificateMissing, Unavailable.
    """

    signer: LicenseSigner
    printer: LetterPrinter
    sealer: DocumentSealer
    documents: Documents
    publications: Publications
    public_url: str

    def __call__(self, license_: License) -> Letter:
        signature = self.signer.sign({"iss": self.public_url, **_registered(license_), "license": license_.claims()})
        printed = self.printer.print(license_, signature, links_of(self.public_url, license_.number))
        document = self.sealer.seal(printed, published.certificate_chains(self.publications, license_.issued_at))
        self.documents.put(document_key(license_.number), document)
        return Letter(license_, signature.jws, signature.key_id, hashlib.sha256(document).hexdigest())


def _registered(license_: License) -> dict[str, object]:
    """The registered claims (RFC 7519) that a general reader of tokens looks for."""
    return {"jti": license_.number, "iat": int(license_.issued_at.timestamp())}
