"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.catalogue.wiring import CatalogueServices
    from allmytracks.damages.ports import DamagesBook
    from allmytracks.damages.use_cases import RecordDamages
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.licenses.wiring import LicenseServices


class DamagesServices:
    """Damages."""

    def __init__(
        self,
        foundation: FoundationServices,
        accounts: AccountServices,
        catalogue: CatalogueServices,
        licenses: LicenseServices,
    ) -> None:
        self._foundation = foundation
        self._accounts = accounts
        self._catalogue = catalogue
        self._licenses = licenses

    @cached_property
    def repository(self) -> DamagesBook:
        from allmytracks.damages.dynamodb import DynamoDamagesBook

        return DynamoDamagesBook(self._foundation.accounts_table)

    @cached_property
    def record(self) -> RecordDamages:
        from allmytracks.damages.use_cases import RecordDamages

        return RecordDamages(
            self.repository,
            self._accounts.repository,
            self._licenses.repository,
            self._catalogue.tracks,
            self._foundation.events,
            self._foundation.audit,
            self._foundation.clock,
        )
