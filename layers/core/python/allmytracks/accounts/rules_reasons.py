"""Why an operator acted against an account: the reasons that can be named."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why an operator did it; stands in the audit log, on the case and in the notice to the member."""

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
