"""The local payment provider: a part of Stripe's API, a pay page, and signed webhooks, all on loopback."""

from __future__ import annotations

from infra.local.payments.app import LocalPayments, create_app

__all__ = ["LocalPayments", "create_app"]
