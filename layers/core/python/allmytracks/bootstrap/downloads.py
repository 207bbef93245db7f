"""The use cases of downloads."""

from __future__ import annotations

from allmytracks.bootstrap.base import SharedAdapters


class DownloadServices(SharedAdapters):
    """What the functions of downloads call."""
