"""Operators see to whom the files of a special licence went, and renew its links (U-II.IV.9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allmytracks.accounts.rules_reasons import IN_FAVOUR, Reason, require_reason
from allmytracks.downloads.rules_links import IssuedLink
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.licenses.agreements.ports import LicensedFile, Quotes, SpecialLinks
from allmytracks.payments.ports import OrderOwners


@dataclass(frozen=True)
class ReviewSpecialLinks:
    """Each act is audited before it is done, and is idempotent.

    Raises OrderNotFound, SpecialTermsNotFound, InvalidFields (reason), Unavailable.
    """

    owners: OrderOwners
    quotes: Quotes
    issued: SpecialLinks
    audit: Audit

    def __call__(self, order_id: str, operator: Operator) -> Sequence[tuple[str, IssuedLink]]:
        """Each link with the id of its track, by track, oldest first."""
        files = list(self._files(order_id))
        self.audit(operator, "special_links_looked_up", order_id)
        return self._links(files)

    def renew(self, order_id: str, reason: Reason, operator: Operator) -> Sequence[tuple[str, IssuedLink]]:
        """Resets the count of links of each of its tracks."""
        files = list(self._files(order_id))
        require_reason(reason, IN_FAVOUR)
        self.audit(operator, "special_links_renewed", order_id, reason)
        for file in files:
            self.issued.renew(file)
        return self._links(files)

    def _links(self, files: Sequence[LicensedFile]) -> Sequence[tuple[str, IssuedLink]]:
        return [(file.track_id, link) for file in files for link in self.issued.of(file)]

    def _files(self, order_id: str) -> Iterator[LicensedFile]:
        account_id = self.owners.owner(order_id)
        for track in self.quotes.terms(account_id, order_id).grant.tracks:
            yield LicensedFile(account_id, order_id, track.track_id)
