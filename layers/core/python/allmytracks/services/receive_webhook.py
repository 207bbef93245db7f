"""Taking a provider's webhook in: verified, stored, queued, and only then acknowledged (design, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.domain.payments import FactKind, UnknownProvider
from allmytracks.ports.payments import Inbox, PaymentsQueue, Received, WebhookReader
from allmytracks.ports.time_and_ids import Clock


@dataclass(frozen=True)
class ReceiveWebhook:
    """Keeps what a signed webhook reports and hands it to the worker.

    A webhook that comes again is queued again until it was folded: that repairs a crash between storing and queueing,
    and folding twice changes nothing. Kinds that we do not know are kept.
    Raises UnknownProvider, InvalidSignature, StaleSignature, Malformed (nothing is stored then), Unavailable.
    """

    readers: Mapping[str, WebhookReader]
    inbox: Inbox
    queue: PaymentsQueue
    clock: Clock

    def __call__(self, provider: str, body: bytes, headers: Mapping[str, str]) -> None:
        if provider not in self.readers:
            raise UnknownProvider(f"No payment provider {provider} sends webhooks here.")
        fact = self.readers[provider].read(body, headers)
        stored = self.inbox.put(Received(fact, self.clock.now()))
        if stored.fact.kind is not FactKind.OTHER and stored.folded_at is None:
            self.queue.send(stored.fact)
