"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.payments.ports import CancellingProvider, PaymentProvider
    from allmytracks.payments.reconciliation.ports import PaymentHistory
    from allmytracks.payments.secrets_manager import SecretSource
    from allmytracks.payments.stripe.calls import StripeCalls


class StripeServices:
    """Stripe: its secrets, calls, checkout and history of events."""

    def __init__(self, foundation: FoundationServices) -> None:
        self._foundation = foundation

    @cached_property
    def secrets(self) -> SecretSource:
        from allmytracks.foundation.aws.client import SECRETS_MANAGER, aws_client
        from allmytracks.payments.secrets_manager import SecretsManagerSource

        return SecretsManagerSource(
            aws_client(SECRETS_MANAGER), self._foundation.settings.payment_secret_id, self._foundation.clock
        )

    @cached_property
    def provider(self) -> PaymentProvider:
        from allmytracks.payments.stripe.checkout import StripeCheckout

        return StripeCheckout(self.calls, self._foundation.settings.site_url)

    @cached_property
    def cancelling(self) -> CancellingProvider:
        """Loads the provider's library with the first cancellation."""
        from allmytracks.payments.observability import report_failed_cancellation
        from allmytracks.payments.stripe.deferred import DeferredCancelling

        secrets, api_base = self.secrets, self._foundation.settings.payment_api_base

        def load() -> CancellingProvider:
            from allmytracks.payments.stripe.calls import StripeCalls
            from allmytracks.payments.stripe.cancelling import StripeCancelling

            return StripeCancelling(StripeCalls(secrets, api_base))

        return DeferredCancelling(load, report_failed_cancellation)

    @cached_property
    def calls(self) -> StripeCalls:
        from allmytracks.payments.stripe.calls import StripeCalls

        return StripeCalls(self.secrets, self._foundation.settings.payment_api_base)

    @cached_property
    def history(self) -> PaymentHistory:
        from allmytracks.payments.stripe.history import StripeHistory

        return StripeHistory(self.calls)
