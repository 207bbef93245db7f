"""Certificates for tests."""

from __future__ import annotations

from allmytracks.publishing.ports import Publication
from tests.factories.instants import PUBLISHED_AT


def certificates_publication() -> Publication:
    """A chain as operators publish it; nothing looks into it."""
    chain = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    return Publication("certificates", "c1", PUBLISHED_AT, {"chain": chain})
