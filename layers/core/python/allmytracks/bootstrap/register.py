"""The use cases of the register."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.licenses import LicenseServices

if TYPE_CHECKING:
    from allmytracks.register.ports import RegisterEntries, RegisterFiles, TreeHeads
    from allmytracks.register.use_cases.enter_leaves import EnterLeaves
    from allmytracks.register.use_cases.prove_entry import ProveEntry
    from allmytracks.register.use_cases.read_register import ReadRegister
    from allmytracks.register.use_cases.sign_tree_head import SignTreeHead


class RegisterServices(LicenseServices):
    """What the functions of the register call."""

    @cached_property
    def register_entries(self) -> RegisterEntries:
        from allmytracks.foundation.aws.models import Table
        from allmytracks.register.dynamodb import DynamoRegisterEntries

        return DynamoRegisterEntries(Table(self.settings.register_table))

    @cached_property
    def register_files(self) -> RegisterFiles:
        from allmytracks.register.s3 import S3RegisterFiles

        return S3RegisterFiles(self.settings.register_bucket)

    @cached_property
    def tree_heads(self) -> TreeHeads:
        from allmytracks.register.jws import JwsTreeHeads

        return JwsTreeHeads(self.license_keys)

    @cached_property
    def enter_leaves(self) -> EnterLeaves:
        from allmytracks.register.use_cases.enter_leaves import EnterLeaves

        return EnterLeaves(self.register_entries)

    @cached_property
    def sign_tree_head(self) -> SignTreeHead:
        from allmytracks.register.use_cases.sign_tree_head import SignTreeHead

        return SignTreeHead(
            self.register_entries, self.register_files, self.tree_heads, self.clock, self.settings.public_url
        )

    @cached_property
    def read_register(self) -> ReadRegister:
        from allmytracks.register.use_cases.read_register import ReadRegister

        return ReadRegister(self.register_files)

    @cached_property
    def prove_entry(self) -> ProveEntry:
        from allmytracks.register.use_cases.prove_entry import ProveEntry

        return ProveEntry(self.register_entries, self.register_files, self.licenses, self.clock)
