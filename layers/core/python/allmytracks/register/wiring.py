"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.licenses.wiring import LicenseServices
    from allmytracks.register.ports import RegisterEntries, RegisterFiles, TreeHeads
    from allmytracks.register.use_cases.enter_license import EnterLicense
    from allmytracks.register.use_cases.prove_entry import ProveEntry
    from allmytracks.register.use_cases.read_register import ReadRegister
    from allmytracks.register.use_cases.sign_tree_head import SignTreeHead
    from allmytracks.signing.wiring import SigningServices


class RegisterServices:
    """The public register of licences."""

    def __init__(self, foundation: FoundationServices, signing: SigningServices, licenses: LicenseServices) -> None:
        self._foundation = foundation
        self._signing = signing
        self._licenses = licenses

    @cached_property
    def enter_license(self) -> EnterLicense:
        from allmytracks.register.use_cases.enter_license import EnterLicense

        return EnterLicense(self._licenses.repository, self.entries, self._foundation.audit)

    @cached_property
    def entries(self) -> RegisterEntries:
        from allmytracks.foundation.aws.models import Table
        from allmytracks.register.dynamodb import DynamoRegisterEntries

        return DynamoRegisterEntries(Table(self._foundation.settings.register_table))

    @cached_property
    def files(self) -> RegisterFiles:
        from allmytracks.register.s3 import S3RegisterFiles

        return S3RegisterFiles(self._foundation.settings.register_bucket)

    @cached_property
    def tree_heads(self) -> TreeHeads:
        from allmytracks.register.jws import JwsTreeHeads

        return JwsTreeHeads(self._signing.keys)

    @cached_property
    def sign_tree_head(self) -> SignTreeHead:
        from allmytracks.register.use_cases.sign_tree_head import SignTreeHead

        return SignTreeHead(
            self.entries, self.files, self.tree_heads, self._foundation.clock, self._foundation.settings.public_url
        )

    @cached_property
    def read(self) -> ReadRegister:
        from allmytracks.register.use_cases.read_register import ReadRegister

        return ReadRegister(self.files)

    @cached_property
    def prove(self) -> ProveEntry:
        from allmytracks.register.use_cases.prove_entry import ProveEntry

        return ProveEntry(self.entries, self.files, self._licenses.repository, self._foundation.clock)
