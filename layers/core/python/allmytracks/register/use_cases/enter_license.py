"""An operator enqueues a licence's leaves for the register again, after the stream failed to deliver them."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules_numbers import normal_number
from allmytracks.register.ports import RegisterEntries
from allmytracks.register.rules import Leaf
from allmytracks.register.rules_leaves import leaves_of


@dataclass(frozen=True)
class EnterLicense:
    """Returns the leaves now pending; those that entered already do not enter twice.

    Raises LicenseNotFound, Unavailable.
    """

    licenses: Licenses
    entries: RegisterEntries
    audit: Audit

    def __call__(self, number: str, operator: Operator) -> list[Leaf]:
        number = normal_number(number)
        self.audit(operator, "license_entered_in_register", number)
        leaves = leaves_of(self.licenses.public(number))
        self.entries.put_pending(leaves)
        return leaves
