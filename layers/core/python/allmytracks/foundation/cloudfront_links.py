"""Signed links to a bucket behind CloudFront (infra/edge.yaml)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from msgspec import Struct

from allmytracks.foundation.links import Link
from allmytracks.foundation.s3_links import content_disposition

# As CloudFront writes base64 in a URL.
_IN_URLS = str.maketrans("+=/", "-_~")


class CloudFrontKey(Struct, frozen=True):
    """The secret that signs links: the id of the public key at CloudFront, and the RSA key as PEM."""

    key_id: str
    private_key: str


class CloudFrontLinkSigner:
    """Links by a canned policy, as botocore's signer makes them (tests/downloads/test_links_contract.py).

    `root` is the distribution's address, without a slash at its end. `key` returns what signs; its source caches it, so
    that it can be rotated. S3 names the file as the query says: CloudFront signs its own requests to S3.
    """

    def __init__(self, root: str, seconds: int, key: Callable[[], CloudFrontKey]) -> None:
        self._root = root
        self._seconds = seconds
        self._key = key
        self._loaded: tuple[str, RSAPrivateKey] | None = None

    def sign(self, object_key: str, file_name: str, media_type: str, now: datetime) -> Link:
        expires_at = now + timedelta(seconds=self._seconds)
        shown = {"response-content-disposition": content_disposition(file_name), "response-content-type": media_type}
        url = f"{self._root}/{quote(object_key, safe='/~')}?{urlencode(shown, quote_via=quote, safe='')}"
        expires = int(expires_at.timestamp())
        statement = {"Resource": url, "Condition": {"DateLessThan": {"AWS:EpochTime": expires}}}
        policy = json.dumps({"Statement": [statement]}, separators=(",", ":"))
        key = self._key()
        signature = b64encode(self._private(key).sign(policy.encode(), PKCS1v15(), SHA256())).decode()
        signed = f"Expires={expires}&Signature={signature.translate(_IN_URLS)}&Key-Pair-Id={key.key_id}"
        return Link(f"{url}&{signed}&Hash-Algorithm=SHA256", expires_at)

    def _private(self, key: CloudFrontKey) -> RSAPrivateKey:
        if self._loaded is None or self._loaded[0] != key.private_key:
            loaded = load_pem_private_key(key.private_key.encode(), password=None)
            if not isinstance(loaded, RSAPrivateKey):
                raise TypeError("the key that signs CloudFront's links is not of RSA")
            self._loaded = (key.private_key, loaded)
        return self._loaded[1]
