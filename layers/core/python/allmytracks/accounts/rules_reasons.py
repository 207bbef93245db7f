"""The reasons that operators give for acts on accounts."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from allmytracks.foundation.errors import FieldProblem, InvalidFields


class Reason(StrEnum):
    """An operator's reason; recorded in the audit log, on the case and in the notice to the member."""

    FRAUD = "fraud"
    UNTRUE_DATA = "untrue_data"
    BREACH_OF_RULES = "breach_of_rules"
    UNPAID_FEE = "unpaid_fee"
    LACK_OF_CAPACITY = "lack_of_capacity"
    IMPERSONATION = "impersonation"
    ROBOT_PURCHASE = "robot_purchase"
    OUTSIDE_PURCHASE = "outside_purchase"
    OUT_OF_SCOPE_USE = "out_of_scope_use"
    CLEARED = "cleared"


# The first for acts against a member; the second for acts that take one back or restore something.
IN_FAVOUR = (Reason.CLEARED,)
AGAINST = tuple(reason for reason in Reason if reason not in IN_FAVOUR)


def require_reason(reason: Reason, permitted: Collection[Reason]) -> None:
    """Checks that an act can have this reason. Raises InvalidFields."""
    if reason not in permitted:
        message = f"{reason} is no reason for this; send one of: {', '.join(permitted)}."
        raise InvalidFields([FieldProblem("reason", "not_for_this_act", message)])
