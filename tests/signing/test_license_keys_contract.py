"""Signing licences: the twin and KMS as moto plays it; what they sign is verified by two independent libraries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import boto3
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK, JWKSet
from jwcrypto.jws import JWS
from moto import mock_aws

from allmytracks.foundation.aws.client import AwsClient
from allmytracks.foundation.aws.connections import SignedCall
from allmytracks.foundation.errors import Unavailable
from allmytracks.signing.kms import KmsLicenseKeys
from tests.factories.licenses import ACME, NUMBER, STUDIO, license_of
from tests.fakes.signing import MemoryLicenseKeys

CLAIMS = {"jti": "AMT-1", "license": {"licensee": {"name": "株式会社"}, "work": {"rendition_sha256": "ab" * 32}}}
Keys = KmsLicenseKeys | MemoryLicenseKeys


@pytest.fixture(params=["memory", "kms"])
def keys(request: pytest.FixtureRequest, own_kms: AwsClient) -> Iterator[Keys]:
    if request.param == "memory":
        yield MemoryLicenseKeys()
        return
    with mock_aws():
        kms = boto3.client("kms")
        made = [kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"] for _ in range(2)]
        yield KmsLicenseKeys(own_kms, [key["KeyId"] for key in made])


def published(keys: Keys) -> str:
    return json.dumps({"keys": list(keys.all())})


def verified(text: str, keys: Keys) -> dict[str, Any]:
    """The claims, as an independent library reads them with nothing but the published keys."""
    token = JWS()
    token.allowed_algs = ["ES256"]
    token.deserialize(text)
    token.verify(JWKSet.from_json(published(keys)).get_key(token.jose_header["kid"]))
    claims: dict[str, Any] = json.loads(token.payload)
    return claims


def test_anyone_verifies_with_the_published_keys(keys: Keys) -> None:
    signature = keys.sign(CLAIMS)
    assert verified(signature.jws, keys) == CLAIMS
    read = jws.deserialize_compact(signature.jws, KeySet.import_key_set(json.loads(published(keys))), ["ES256"])
    assert json.loads(read.payload) == CLAIMS
    assert read.headers() == {"alg": "ES256", "kid": signature.key_id, "typ": "license+jws"}


def test_keys_are_published_without_their_secret_and_named_by_their_thumbprint(keys: Keys) -> None:
    signing = keys.all()[0]
    assert set(signing) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (signing["kty"], signing["crv"], signing["alg"], signing["use"]) == ("EC", "P-256", "ES256", "sig")
    assert JWK(**signing).thumbprint() == signing["kid"] == keys.sign(CLAIMS).key_id


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_one_changed_byte_is_refused(keys: Keys, data: st.DataObject) -> None:
    parts = [base64.urlsafe_b64decode(part + "==") for part in keys.sign(CLAIMS).jws.split(".")]
    which = data.draw(st.integers(0, 2))
    place = data.draw(st.integers(0, len(parts[which]) - 1))
    change = data.draw(st.integers(1, 255))
    changed = bytearray(parts[which])
    changed[place] ^= change
    parts[which] = bytes(changed)
    text = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    with pytest.raises((JWException, KeyError, ValueError, TypeError)):
        verified(text, keys)


def test_no_signature_and_the_public_key_as_a_secret_are_refused(keys: Keys) -> None:
    _, payload, _ = keys.sign(CLAIMS).jws.split(".")
    public = keys.all()[0]
    secret = JWK(**public).export_to_pem()

    def forged(algorithm: str, sign: Any) -> str:
        header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": public["kid"]}).encode()).decode()
        message = f"{header.rstrip('=')}.{payload}"
        return f"{message}.{base64.urlsafe_b64encode(sign(message.encode())).decode().rstrip('=')}"

    for text in (
        forged("none", lambda _: b""),
        forged("HS256", lambda message: hmac.digest(secret, message, hashlib.sha256)),
        forged("ES256", lambda _: bytes(64)),
    ):
        with pytest.raises((JWException, ValueError)):
            verified(text, keys)
        with pytest.raises((JoseError, ValueError)):
            jws.deserialize_compact(text, KeySet.import_key_set({"keys": [dict(public)]}), ["ES256"])


def test_a_key_of_the_past_still_verifies() -> None:
    old = MemoryLicenseKeys()
    letter = old.sign(CLAIMS)
    rotated = MemoryLicenseKeys([*MemoryLicenseKeys().keys, *old.keys])
    assert verified(letter.jws, rotated) == CLAIMS
    assert rotated.sign(CLAIMS).key_id != letter.key_id


def test_a_key_is_rotated_in_kms_and_the_old_one_still_verifies(own_kms: AwsClient) -> None:
    with mock_aws():
        kms = boto3.client("kms")
        old, new = (
            kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"] for _ in range(2)
        )
        letter = KmsLicenseKeys(own_kms, [old]).sign(CLAIMS)
        rotated = KmsLicenseKeys(own_kms, [new, old])
        assert verified(letter.jws, rotated) == CLAIMS
        since = rotated.sign(CLAIMS)
        assert since.key_id == rotated.all()[0]["kid"] != letter.key_id == rotated.all()[1]["kid"]
        assert KmsLicenseKeys(own_kms, [new]).public_der() == rotated.public_der()
        with pytest.raises((KeyError, JWException)):
            verified(letter.jws, KmsLicenseKeys(own_kms, [new]))


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of each single value in it."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*path, key))
    else:
        yield path


def test_any_changed_field_of_a_licence_is_refused() -> None:
    keys = MemoryLicenseKeys()
    claims = json.loads(json.dumps({"jti": NUMBER, "license": license_of(NUMBER, "dl_abc", ACME, STUDIO).claims()}))
    header, _, signature = keys.sign(claims).jws.split(".")
    paths = list(leaves(claims))
    assert len(paths) > 35
    for path in paths:
        changed = json.loads(json.dumps(claims))
        part = changed
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = "other"
        payload = base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip("=")
        with pytest.raises(JWException):
            verified(f"{header}.{payload}.{signature}", keys)


def test_a_throttled_kms_means_try_again(own_kms: AwsClient) -> None:
    own_kms.transport = lambda _call, _seconds: (400, b'{"__type": "ThrottlingException"}')
    with pytest.raises(Unavailable):
        KmsLicenseKeys(own_kms, ["key-1"]).all()


class _StrictKms:
    """KMS by its reference: 4096 bytes at most, and a digest is not hashed again."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.kinds: list[str] = []

    def __call__(self, call: SignedCall, _seconds: float) -> tuple[int, bytes]:
        if call.operation == "GetPublicKey":
            public = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            return 200, msgspec.json.encode({"PublicKey": public})
        asked = json.loads(call.body)
        message, kind = base64.b64decode(asked["Message"]), asked["MessageType"]
        self.kinds.append(kind)
        assert len(message) <= 4096
        hashing = ec.ECDSA(SHA256()) if kind == "RAW" else ec.ECDSA(Prehashed(SHA256()))
        return 200, msgspec.json.encode({"Signature": self.private.sign(message, hashing)})


def test_a_text_of_any_length_is_signed(own_kms: AwsClient) -> None:
    own_kms.transport = kms = _StrictKms()
    keys = KmsLicenseKeys(own_kms, ["key-1"])
    for length in (10, 5000, 200_000):
        claims = {"long": "x" * length}
        assert verified(keys.sign(claims).jws, keys) == claims
    assert kms.kinds == ["RAW", "DIGEST", "DIGEST"]


def test_a_signature_that_does_not_verify_is_never_handed_out(own_kms: AwsClient) -> None:
    own_kms.transport = kms = _StrictKms()
    keys = KmsLicenseKeys(own_kms, ["key-1"])
    keys.all()
    kms.private = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(JoseError):
        keys.sign(CLAIMS)


def test_other_texts_are_signed_under_their_own_type(keys: Keys) -> None:
    signature = keys.sign({"revoked": ""}, "license-status-list+jws")
    assert verified(signature.jws, keys) == {"revoked": ""}
    header = json.loads(base64.urlsafe_b64decode(signature.jws.split(".")[0] + "=="))
    assert header["typ"] == "license-status-list+jws"
