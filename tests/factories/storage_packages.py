"""Packages of cloud storage as operators publish them."""

from __future__ import annotations

from datetime import datetime

from allmytracks.publishing.ports import Publication
from tests.factories.instants import PUBLISHED_AT


def packages_publication(
    version: str = "v1",
    effective_at: datetime = PUBLISHED_AT,
    *,
    monthly: int = 990,
    year: int = 9900,
    month_once: int = 1190,
    currency: str = "USD",
) -> Publication:
    """One package of 30 days."""
    prices = [
        {"mode": mode, "currency": currency, "amount": amount}
        for mode, amount in (("year", year), ("month_once", month_once), ("monthly", monthly))
    ]
    package = {"id": "month", "title": "30 days of recordings", "retention_days": 30, "quota_gibibytes": 200}
    body = {"packages": [{**package, "prices": prices}], "grace_days": 7, "trial_quota_gibibytes": 20}
    return Publication("storage-packages", version, effective_at, body)
