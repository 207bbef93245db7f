"""The use cases of licenses."""

from __future__ import annotations

from allmytracks.bootstrap.base import SharedAdapters


class LicenseServices(SharedAdapters):
    """What the functions of licenses call."""
