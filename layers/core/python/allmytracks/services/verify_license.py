"""Verification by number: anyone may ask, and sees no name in full."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.license_numbers import normal_number
from allmytracks.domain.licenses import PublicLicense
from allmytracks.ports.licenses import Licenses


@dataclass(frozen=True)
class VerifyLicense:
    """Raises LicenseNotFound, Unavailable."""

    licenses: Licenses

    def __call__(self, number: str) -> PublicLicense:
        return self.licenses.public(normal_number(number))
