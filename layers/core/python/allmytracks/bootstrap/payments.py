"""The use cases of payments."""

from __future__ import annotations

from allmytracks.bootstrap.base import SharedAdapters


class PaymentServices(SharedAdapters):
    """What the functions of payments call."""
