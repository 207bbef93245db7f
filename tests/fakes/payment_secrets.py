"""In-memory fakes: payment secrets."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.payments.secrets_manager import PaymentSecrets


@dataclass(frozen=True)
class FixedSecrets:
    """Fixed secrets for tests."""

    secrets: PaymentSecrets

    def __call__(self) -> PaymentSecrets:
        return self.secrets
