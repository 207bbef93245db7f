"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.signing.kms import KmsLicenseKeys
    from allmytracks.signing.ports import DocumentSealer


class SigningServices:
    """The licence keys, and the seal on a document."""

    def __init__(self, foundation: FoundationServices) -> None:
        self._foundation = foundation

    @cached_property
    def keys(self) -> KmsLicenseKeys:
        from allmytracks.foundation.aws.client import KMS, aws_client
        from allmytracks.signing.kms import KmsLicenseKeys

        # Comma-separated: the first key signs, the others are past keys that still verify.
        return KmsLicenseKeys(aws_client(KMS), self._foundation.settings.license_key_id.split(","))

    @cached_property
    def sealer(self) -> DocumentSealer:
        from allmytracks.signing.pades import PadesSealer

        return PadesSealer(self.keys, self._foundation.settings.timestamp_authority_url)
