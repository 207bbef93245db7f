"""Receiving a provider's webhook: verified, stored, queued, and only then acknowledged (design, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.ports import WebhookReader
from allmytracks.payments.rules import UnknownProvider


@dataclass(frozen=True)
class ReceiveWebhook:
    """Stores the fact of a signed webhook and queues it for the worker.

    Raises UnknownProvider, InvalidSignature, StaleSignature, Malformed (nothing is stored then), Unavailable.
    """

    readers: Mapping[str, WebhookReader]
    take_in_fact: TakeInFact

    def __call__(self, provider: str, body: bytes, headers: Mapping[str, str]) -> None:
        if provider not in self.readers:
            raise UnknownProvider(f"No payment provider {provider} sends webhooks here.")
        self.take_in_fact(self.readers[provider].read(body, headers))
