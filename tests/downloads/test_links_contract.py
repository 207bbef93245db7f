"""Our signed links are the ones that boto3's S3 client and botocore's signer for CloudFront make."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
import time_machine
from botocore.config import Config
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.cloudfront_links import CloudFrontKey, CloudFrontLinkSigner
from allmytracks.foundation.s3_links import S3LinkSigner, content_disposition
from tests.factories.instants import NOW

KEYS = ("tracks/trk-1/wav.wav", "tracks/a b+c~d/夜曲 (1).mp3")


def links(key: str, addressing: Literal["virtual", "path"] = "virtual") -> tuple[str, str]:
    """Ours, and boto3's of the same moment."""
    name = 'The Makers - "夜曲".wav'
    # By default boto3 presigns for the global host, at which newer regions are not reachable.
    config = Config(signature_version="s3v4", s3={"addressing_style": addressing})
    s3 = boto3.session.Session().client("s3", config=config)
    parameters = {
        "Bucket": "masters",
        "Key": key,
        "ResponseContentDisposition": content_disposition(name),
        "ResponseContentType": "audio/wav",
    }
    with time_machine.travel(NOW, tick=False):
        ours = S3LinkSigner("masters", 300, AwsEnvironment()).sign(key, name, "audio/wav", NOW)
        theirs = s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=300)
    s3.close()
    return ours.url, theirs


def parts(url: str) -> tuple[str, str, str, dict[str, str]]:
    split = urlsplit(url)
    return split.scheme, split.netloc, split.path, dict(parse_qsl(split.query, strict_parsing=True))


@pytest.mark.parametrize("key", KEYS)
def test_on_aws(key: str) -> None:
    ours, theirs = links(key)
    assert parts(ours) == parts(theirs)
    assert urlsplit(ours).netloc == "masters.s3.ap-east-1.amazonaws.com"


@pytest.mark.parametrize("key", KEYS)
def test_with_a_role_s_credentials(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a/session+token==")
    ours, theirs = links(key)
    assert parts(ours) == parts(theirs)
    assert parts(ours)[3]["X-Amz-Security-Token"] == "a/session+token=="


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
@pytest.mark.parametrize("key", KEYS)
def test_elsewhere_than_on_aws(key: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv(variable, "http://127.0.0.1:3001")
    ours, theirs = links(key, "path")
    assert parts(ours) == parts(theirs)
    assert urlsplit(ours).netloc == "127.0.0.1:3001"


def drawn(key_id: str) -> tuple[rsa.RSAPrivateKey, CloudFrontKey]:
    private = rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, CloudFrontKey(key_id, pem)


@pytest.mark.parametrize("key", KEYS)
def test_behind_cloudfront_with_the_key_of_the_moment(key: str) -> None:
    used = [drawn("K1"), drawn("K2")]
    signer = CloudFrontLinkSigner("https://media.example.org", 300, lambda: used[0][1])
    for private, known in tuple(used):
        ours = signer.sign(key, 'The Makers - "夜曲".wav', "audio/wav", NOW)
        theirs = CloudFrontSigner(known.key_id, lambda policy, by=private: by.sign(policy, PKCS1v15(), SHA256()))
        plain = ours.url.partition("&Expires=")[0]
        expected = theirs.generate_presigned_url(plain, date_less_than=NOW + timedelta(seconds=300))
        assert ours.url == f"{expected}&Hash-Algorithm=SHA256"
        used.pop(0)
        used.append(used[0] if used else (private, known))
    _, host, path, query = parts(plain)
    assert (host, path) == ("media.example.org", parts(links(key)[0])[2])
    assert set(query) == {"response-content-disposition", "response-content-type"}
    assert query["response-content-disposition"] == parts(links(key)[0])[3]["response-content-disposition"]
