"""The front's state between two starts: moto's stores, the user pools' codes and tokens, mails and policies."""

from __future__ import annotations

import io
import pickle
import threading
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from moto import backends
from moto.core.base_backend import BaseBackend

SERVICES = ("cognito-idp", "events", "kms", "s3", "secretsmanager", "ses", "sesv2", "sns", "sqs")
"""What of moto is kept: all that a template's resources are made in, but DynamoDB, which keeps its own files."""
_LOCKS = {type(threading.Lock()): threading.Lock, type(threading.RLock()): threading.RLock}
Place = tuple[str, str, str]
"""A service, an account, a region."""
_KEYS = (EllipticCurvePrivateKey, RSAPrivateKey)


class _Writer(pickle.Pickler):
    """Knows the two things in moto's stores that cannot be written as they are: locks and private keys."""

    def persistent_id(self, value: Any) -> Place | None:
        """A backend by its place, where others refer to it."""
        if not isinstance(value, BaseBackend):
            return None
        return next(place for place, each in _backends() if each is value)

    def reducer_override(self, value: Any) -> Any:
        if type(value) in _LOCKS:
            return _LOCKS[type(value)], ()
        if isinstance(value, _KEYS):
            return _private_key, (value.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),)
        return NotImplemented


class _Reader(pickle.Unpickler):
    def persistent_load(self, place: Place) -> BaseBackend:
        return _backend(place)


def dumped(own: Any) -> bytes:
    """The stores of moto, and what the front itself keeps beside them; call it under moto's lock."""
    file = io.BytesIO()
    stores = [(place, vars(each)) for place, each in _backends()]
    _Writer(file, pickle.HIGHEST_PROTOCOL).dump((stores, own))
    return file.getvalue()


def restored(content: bytes) -> Any:
    """Fills moto's stores as they were dumped, and returns what the front had kept beside them."""
    stores, own = _Reader(io.BytesIO(content)).load()
    for place, values in stores:
        vars(_backend(place)).update(values)
    return own


def _private_key(content: bytes) -> Any:
    return load_der_private_key(content, None)


def _of(service: str) -> Any:
    # moto's own annotations want a literal name.
    return cast("Any", backends.get_backend)(service)


def _backend(place: Place) -> BaseBackend:
    service, account, region = place
    found: BaseBackend = _of(service)[account][region]
    return found


def _backends() -> list[tuple[Place, BaseBackend]]:
    return [
        ((service, account, region), each)
        for service in SERVICES
        for account, regions in _of(service).items()
        for region, each in regions.items()
    ]
