"""Certificates of the key that seals letters: a request for one, or one that signs itself (for trying things out).

The key stays in KMS: what is to be signed is made here, and signed there, with the operator's own AWS identity.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import typer
from asn1crypto import csr, pem, x509
from botocore.exceptions import BotoCoreError
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509 import (
    BasicConstraints,
    CertificateBuilder,
    ExtendedKeyUsage,
    KeyUsage,
    Name,
    NameAttribute,
    ObjectIdentifier,
    SubjectKeyIdentifier,
)
from cryptography.x509.oid import NameOID

from allmytracks.foundation.aws.client import KMS, AwsClient, RefusedError
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.errors import Unavailable
from allmytracks.signing.kms import KmsLicenseKeys, SigningKey

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
NO_USAGE = dict.fromkeys(
    (
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


def certificate_request(key: SigningKey, name: str, organisation: str, country: str) -> str:
    """A request (PKCS #10, PEM) that any certificate authority takes."""
    subject = x509.Name.build({"country_name": country, "organization_name": organisation, "common_name": name})
    public = x509.PublicKeyInfo.load(key.public_der())
    info = csr.CertificationRequestInfo({"version": "v1", "subject": subject, "subject_pk_info": public})
    info["attributes"] = []
    request = csr.CertificationRequest(
        {
            "certification_request_info": info,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": key.sign_message(info.dump()),
        }
    )
    return _pem("CERTIFICATE REQUEST", request.dump())


def self_signed(key: SigningKey, name: str, organisation: str, country: str, since: datetime, days: int) -> str:
    """A certificate (PEM) that nobody vouches for: readers show the name, and that they do not know it."""
    subject = Name(
        [
            NameAttribute(NameOID.COUNTRY_NAME, country),
            NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    public = load_der_public_key(key.public_der())
    built = (
        CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)  # type: ignore[arg-type]  # a P-256 key
        .serial_number(secrets.randbits(128))
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=days))
        .add_extension(BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(KeyUsage(digital_signature=True, content_commitment=True, **NO_USAGE), critical=True)
        .add_extension(ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(SubjectKeyIdentifier.from_public_key(public), critical=False)  # type: ignore[arg-type]  # as above
        # The builder signs with a key in memory alone; its signature is replaced by one of the real key.
        .sign(generate_private_key(SECP256R1()), SHA256())
    )
    certificate = x509.Certificate.load(built.public_bytes(Encoding.DER))
    certificate["signature_value"] = key.sign_message(certificate["tbs_certificate"].dump())
    return _pem("CERTIFICATE", certificate.dump(force=True))


def _pem(kind: str, der: bytes) -> str:
    armoured: bytes = pem.armor(kind, der)
    return armoured.decode("ascii")


@contextmanager
def key_in_kms(arn: str) -> Iterator[SigningKey]:
    """The key. Tells in one sentence why KMS did not help: raises typer.BadParameter."""
    try:
        yield KmsLicenseKeys(AwsClient(KMS, AwsEnvironment()), [arn])
    except (BotoCoreError, RefusedError, Unavailable) as error:
        raise typer.BadParameter(str(error), param_hint="KEY_ARN") from None


def serial_of(chain: str) -> str:
    """The serial number of a chain's first certificate. Raises ValueError."""
    return f"{x509.Certificate.load(pem.unarmor(chain.encode())[2]).serial_number:x}"
