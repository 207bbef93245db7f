"""Verification by number: anyone may ask, and sees no name in full."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules import PublicLicense
from allmytracks.licenses.rules_numbers import normal_number


@dataclass(frozen=True)
class VerifyLicense:
    """Raises LicenseNotFound, Unavailable."""

    licenses: Licenses

    def __call__(self, number: str) -> PublicLicense:
        return self.licenses.public(normal_number(number))
