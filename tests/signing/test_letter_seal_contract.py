"""Sealed letters: pyHanko's validator accepts the true ones and nothing else, with keys of this process and of KMS."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import boto3
import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import pem, tsp, x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509 import (
    CertificateBuilder,
    ExtendedKeyUsage,
    KeyUsage,
    Name,
    NameAttribute,
    load_pem_x509_certificate,
    load_pem_x509_csr,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from allmytracks.foundation.aws.client import AwsClient
from allmytracks.foundation.errors import Unavailable
from allmytracks.licenses.letters.pdf import PdfLetterPrinter
from allmytracks.signing.kms import KmsLicenseKeys, SigningKey
from allmytracks.signing.pades import PadesSealer
from allmytracks.signing.rules import CertificateMissing
from infra.ops.certifying import NO_USAGE, certificate_request, self_signed
from tests.factories.instants import NOW
from tests.factories.licenses import NUMBER, license_of
from tests.factories.printed_letters import LINKS, SIGNATURE
from tests.fakes.signing import MarkingSealer, MemoryLicenseKeys

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
REFUSALS = (PdfError, SignatureValidationError, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError)


def chain_of(key: SigningKey, since: datetime = SINCE) -> str:
    return self_signed(key, "Letters", "AllMyTracks", "HK", since, 36500)


def certificate(chain: str) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(chain.encode())[2])


@cache
def letter() -> bytes:
    return PdfLetterPrinter().print(license_of(NUMBER, "dl_abc"), SIGNATURE, LINKS)


@cache
def sealed() -> tuple[bytes, str]:
    key = MemoryLicenseKeys()
    chain = chain_of(key)
    return PadesSealer(key).seal(letter(), [chain], NOW), chain


def status_of(document: bytes, chain: str) -> Any:
    """What an independent reader finds that trusts this certificate alone."""
    reader = PdfFileReader(BytesIO(document))
    (signature,) = reader.embedded_signatures
    context = ValidationContext(trust_roots=[certificate(chain)], allow_fetching=False)
    return validate_pdf_signature(signature, context)


def accepted(document: bytes, chain: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            status = status_of(document, chain)
            return bool(status.bottom_line) and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    except REFUSALS:
        return False


@pytest.fixture(params=["memory", "kms"])
def key(request: pytest.FixtureRequest, own_kms: AwsClient) -> Iterator[SigningKey]:
    if request.param == "memory":
        yield MemoryLicenseKeys()
        return
    with mock_aws():
        made = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
        yield KmsLicenseKeys(own_kms, [made["KeyMetadata"]["KeyId"]])


def test_a_reader_shows_who_signed_and_that_nothing_changed(key: SigningKey) -> None:
    chain = chain_of(key)
    status = status_of(PadesSealer(key).seal(letter(), [chain], NOW), chain)
    assert status.bottom_line
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.signing_cert.subject.native["common_name"] == "Letters"
    assert (status.md_algorithm, status.pkcs7_signature_mechanism) == ("sha256", "sha256_ecdsa")


def test_it_is_a_pades_signature_that_certifies_the_document() -> None:
    reader = PdfFileReader(BytesIO(sealed()[0]))
    (signature,) = reader.embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    attributes = {each["type"].native for each in signature.signer_info["signed_attrs"]}
    assert {"signing_certificate_v2", "message_digest", "content_type"} <= attributes
    assert signature.docmdp_level is not None
    assert signature.docmdp_level.name == "NO_CHANGES"


def test_sealing_leaves_the_letter_as_it_was() -> None:
    document = sealed()[0]
    assert document.startswith(letter())
    read = PdfReader(BytesIO(document))
    assert read.attachments == {"license.jws": [SIGNATURE.jws.encode()]}
    root: Any = read.root_object
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfaid:part>3<" in metadata
    assert "pdfuaid:part>1<" in metadata
    (field,) = root["/AcroForm"]["/Fields"]
    assert field.get_object()["/F"] & 0b100111 == 0b100  # printable, and not hidden in any way (PDF/A)


def contents_of(document: bytes) -> range:
    """The bytes that the signature cannot cover: those of itself, from `<` to `>`."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", document)
    assert found
    return range(int(found[2]), int(found[3]))


def test_the_signature_covers_all_but_itself() -> None:
    document, chain = sealed()
    gap = contents_of(document)
    assert (document[gap.start : gap.start + 1], document[gap.stop - 1 : gap.stop]) == (b"<", b">")
    # Inside it some bytes mean nothing, as the case of digits and the zeros that fill it up. No PDF signature covers
    # those; the SHA-256 in the licence's record does.
    lower = document[: gap.start] + document[gap.start : gap.stop].lower() + document[gap.stop :]
    filled = bytearray(document)
    filled[gap.stop - 2] = ord("1")
    for other in (lower, bytes(filled)):
        assert other != document
        assert accepted(other, chain)


@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_one_changed_byte_is_refused(data: st.DataObject) -> None:
    document, chain = sealed()
    gap = contents_of(document)
    place = data.draw(st.integers(0, len(document) - 1 - len(gap)))
    place = place if place < gap.start else place + len(gap)
    changed = bytearray(document)
    changed[place] ^= data.draw(st.integers(1, 255))
    assert not accepted(bytes(changed), chain)


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_one_changed_byte_of_the_signature_value_is_refused(data: st.DataObject) -> None:
    document, chain = sealed()
    reader = PdfFileReader(BytesIO(document))
    (signature,) = reader.embedded_signatures
    value = signature.signer_info["signature"].native.hex().encode()
    start = document.lower().index(value)
    place = data.draw(st.integers(start, start + len(value) - 1))
    digit = data.draw(st.sampled_from([each for each in b"0123456789ABCDEF" if each != document[place]]))
    changed = bytearray(document)
    changed[place] = digit
    assert not accepted(bytes(changed), chain)


def test_anything_appended_is_refused() -> None:
    document, chain = sealed()
    assert accepted(document, chain)
    assert not accepted(document + b"\n% more", chain)
    update = IncrementalPdfFileWriter(BytesIO(document))
    update.root["/Lang"] = TextStringObject("fr")
    update.update_root()  # type: ignore[no-untyped-call]  # pyHanko's own
    update.write(updated := BytesIO())  # type: ignore[no-untyped-call]  # as above
    assert not status_of(updated.getvalue(), chain).bottom_line
    twice = PadesSealer(other := MemoryLicenseKeys())
    with pytest.raises(SigningError):
        twice.seal(document, [chain_of(other)], NOW)


def test_another_key_is_refused() -> None:
    _, chain = sealed()
    impostor = MemoryLicenseKeys()
    forged = PadesSealer(impostor).seal(letter(), [chain_of(impostor)], NOW)
    assert not accepted(forged, chain)


def test_the_newest_certificate_of_the_signing_key_is_taken() -> None:
    key, other = MemoryLicenseKeys(), MemoryLicenseKeys()
    older, newer = chain_of(key), chain_of(key, SINCE + timedelta(days=1))
    unreadable = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    document = PadesSealer(key).seal(letter(), [unreadable, chain_of(other), newer, older], NOW)
    assert accepted(document, newer)
    (signature,) = PdfFileReader(BytesIO(document)).embedded_signatures
    assert signature.signer_cert.serial_number == certificate(newer).serial_number


@pytest.mark.parametrize("sealer", [PadesSealer(MemoryLicenseKeys()), MarkingSealer()], ids=["pades", "twin"])
def test_without_a_certificate_nothing_is_sealed(sealer: PadesSealer | MarkingSealer) -> None:
    with pytest.raises(CertificateMissing):
        sealer.seal(letter(), [], NOW)


@pytest.mark.parametrize("off", [timedelta(days=-1), timedelta(days=36501)])
def test_a_certificate_that_is_not_valid_seals_nothing(off: timedelta) -> None:
    key = MemoryLicenseKeys()
    with pytest.raises(CertificateMissing):
        PadesSealer(key).seal(letter(), [chain_of(key)], SINCE + off)


@pytest.fixture(scope="module")
def authority() -> Iterator[tuple[str, x509.Certificate]]:
    """A time stamp authority on loopback."""
    private = generate_private_key(65537, 2048)  # what pyHanko's own test authority needs
    name = Name([NameAttribute(NameOID.COMMON_NAME, "Time")])
    built = (
        CertificateBuilder(name, name, private.public_key(), 1, SINCE, SINCE + timedelta(days=36500))
        .add_extension(ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(KeyUsage(digital_signature=True, content_commitment=True, **NO_USAGE), critical=True)
        .sign(private, SHA256())
    )
    own = x509.Certificate.load(built.public_bytes(Encoding.DER))
    pkcs8 = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stamper = DummyTimeStamper(own, asn1_keys.PrivateKeyInfo.load(pkcs8))

    class Stamping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stamper.request_tsa_response(asked).dump()
            self.send_response(200 if self.path == "/tsa" else 503)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Logs nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Stamping) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", own
        server.shutdown()


def test_a_time_stamp_authority_states_when_it_was_signed(authority: tuple[str, x509.Certificate]) -> None:
    url, own = authority
    key = MemoryLicenseKeys()
    chain = chain_of(key)
    document = PadesSealer(key, f"{url}/tsa").seal(letter(), [chain], NOW)
    (signature,) = PdfFileReader(BytesIO(document)).embedded_signatures
    context = ValidationContext(trust_roots=[certificate(chain), own], allow_fetching=False)
    status = validate_pdf_signature(signature, context, ts_validation_context=context)
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.trusted


@pytest.mark.parametrize("path", ["/busy", None])
def test_a_time_stamp_authority_that_does_not_answer_means_try_again(
    authority: tuple[str, x509.Certificate], path: str | None
) -> None:
    key = MemoryLicenseKeys()
    url = f"{authority[0]}{path}" if path else "http://127.0.0.1:1/tsa"
    with pytest.raises(Unavailable):
        PadesSealer(key, url).seal(letter(), [chain_of(key)], NOW)


def test_a_request_for_a_certificate_proves_that_it_has_the_key(key: SigningKey) -> None:
    asked = load_pem_x509_csr(certificate_request(key, "Letters", "AllMyTracks", "HK").encode())
    assert asked.is_signature_valid
    assert asked.subject.rfc4514_string() == "CN=Letters,O=AllMyTracks,C=HK"
    der = asked.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert der == key.public_der()


def test_a_self_signed_certificate_is_signed_by_its_own_key(key: SigningKey) -> None:
    made = load_pem_x509_certificate(chain_of(key).encode())
    made.verify_directly_issued_by(made)
