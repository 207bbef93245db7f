"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.disclosures.ports import DisclosureRegister
    from allmytracks.disclosures.use_cases import KeepDisclosures
    from allmytracks.foundation.wiring import FoundationServices


class DisclosureServices:
    """The register of disclosures."""

    def __init__(self, foundation: FoundationServices, accounts: AccountServices) -> None:
        self._foundation = foundation
        self._accounts = accounts

    @cached_property
    def register(self) -> DisclosureRegister:
        from allmytracks.disclosures.dynamodb import DynamoDisclosureRegister

        return DynamoDisclosureRegister(self._foundation.accounts_table)

    @cached_property
    def keep(self) -> KeepDisclosures:
        from allmytracks.disclosures.use_cases import KeepDisclosures

        return KeepDisclosures(self.register, self._accounts.repository, self._foundation.audit, self._foundation.clock)
