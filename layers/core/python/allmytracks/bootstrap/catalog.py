"""The use cases of catalog."""

from __future__ import annotations

from allmytracks.bootstrap.base import SharedAdapters


class CatalogServices(SharedAdapters):
    """What the functions of catalog call."""
