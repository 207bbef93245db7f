"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.licenses.wiring import LicenseServices
    from allmytracks.signing.wiring import SigningServices
    from allmytracks.verification.use_cases.verify_letter import VerifyLetter


class VerificationServices:
    """Verification of licences and letters by anyone."""

    def __init__(self, signing: SigningServices, licenses: LicenseServices) -> None:
        self._signing = signing
        self._licenses = licenses

    @cached_property
    def verify_letter(self) -> VerifyLetter:
        from allmytracks.signing.jws import KeySetSignatures
        from allmytracks.verification.sandbox import SandboxedLetterReader
        from allmytracks.verification.use_cases.verify_letter import VerifyLetter

        return VerifyLetter(self._licenses.repository, SandboxedLetterReader(), KeySetSignatures(self._signing.keys))
