"""The use cases of accounts."""

from __future__ import annotations

from allmytracks.bootstrap.base import SharedAdapters


class AccountServices(SharedAdapters):
    """What the functions of accounts call."""
