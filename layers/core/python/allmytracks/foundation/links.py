"""Signed links to stored files."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct


class Link(Struct, frozen=True):
    """A signed URL of one file, valid until `expires_at`."""

    url: str
    expires_at: datetime


class LinkSigner(Protocol):
    """Signs links to masters."""

    def sign(self, object_key: str, file_name: str, media_type: str, now: datetime) -> Link:
        """A short-lived link that saves under `file_name`."""
        ...
