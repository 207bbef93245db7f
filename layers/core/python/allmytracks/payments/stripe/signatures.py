"""Stripe's webhook signatures, without the SDK, whose import alone costs more than the rest of the webhook function.

The header has a time and signatures, `t=1795327200,v1=<hex>,v1=<hex>`: HMAC-SHA256 over `<time>.<body>`.
tests/payments/test_stripe_contract.py compares it with the SDK's `WebhookSignature.verify_header`.
"""

from __future__ import annotations

import hashlib
import hmac

from msgspec import Struct

SCHEME = "v1"


class Signed(Struct, frozen=True):
    """A parsed header: when it was signed (epoch seconds), and the signatures."""

    at: int
    signatures: tuple[str, ...]

    def by(self, secret: str, body: bytes) -> bool:
        """Whether one of the signatures is by this secret over this time and body; never for a blank secret."""
        if not secret.strip():
            return False
        made = hmac.new(secret.encode(), b"%d." % self.at + body, hashlib.sha256).hexdigest()
        for each in self.signatures:
            if not each.isascii():  # such text cannot be compared in constant time, and is not a signature
                return False
            if hmac.compare_digest(made, each):
                return True
        return False


def read_header(header: str) -> Signed | None:
    """A parsed Stripe-Signature header; None where it is malformed."""
    parts = [part.split("=") for part in header.split(",")]
    try:
        times = [part[1] for part in parts if part[0] == "t"]  # each of them must be a number, and the first counts
        return Signed(int(times[0]), tuple(part[1] for part in parts if part[0] == SCHEME))
    except (IndexError, ValueError):
        return None
