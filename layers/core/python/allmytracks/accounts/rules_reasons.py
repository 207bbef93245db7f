"""The reasons that operators give for acts on accounts."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import TypeVar

from allmytracks.foundation.errors import FieldProblem, InvalidFields

R = TypeVar("R", bound=StrEnum)


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
    ILLEGAL_USE = "illegal_use"
    AUTHORITY_ORDER = "authority_order"
    MEMBER_REQUEST = "member_request"
    GUARDIAN_REQUEST = "guardian_request"
    INACTIVITY = "inactivity"
    DECEASED = "deceased"
    END_OF_SERVICE = "end_of_service"
    NO_LONGER_OFFERED = "no_longer_offered"
    CLEARED = "cleared"


class LetterReason(StrEnum):
    """What an operator finds of an enterprise's letter of authority."""

    AUTHORITY_SHOWN = "authority_shown"
    NOT_LEGIBLE = "not_legible"
    NOT_SIGNED = "not_signed"
    OTHER_COMPANY = "other_company"
    OTHER_PERSON = "other_person"
    NO_AUTHORITY = "no_authority"
    EXPIRED = "authority_expired"


# The only one with which a letter is accepted.
LETTER_ACCEPTED = LetterReason.AUTHORITY_SHOWN
# The first for acts against a member; the second for acts that take one back or restore something.
IN_FAVOUR = (Reason.CLEARED,)
# Not an operator's finding against a member: what ends an account otherwise.
ENDINGS = (Reason.MEMBER_REQUEST, Reason.GUARDIAN_REQUEST, Reason.DECEASED, Reason.INACTIVITY, Reason.END_OF_SERVICE)
# Nobody's fault: an offer ends.
OFFER_ENDS = (Reason.NO_LONGER_OFFERED, Reason.MEMBER_REQUEST)
AGAINST = tuple(reason for reason in Reason if reason not in (*IN_FAVOUR, *ENDINGS, *OFFER_ENDS))
# For which a quote of a special licence is withdrawn.
WITHDRAWING = (*OFFER_ENDS, *AGAINST)
# For which the operator suspends or closes an account (S-6.1.close, U-III.III.3).
SUSPENDING = (
    Reason.UNTRUE_DATA,
    Reason.BREACH_OF_RULES,
    Reason.UNPAID_FEE,
    Reason.LACK_OF_CAPACITY,
    Reason.ILLEGAL_USE,
    Reason.AUTHORITY_ORDER,
)
CLOSING = (*SUSPENDING, Reason.IMPERSONATION, Reason.FRAUD, Reason.GUARDIAN_REQUEST)


def require_reason(reason: R, permitted: Collection[R]) -> None:
    """Checks that an act can have this reason. Raises InvalidFields."""
    if reason not in permitted:
        message = f"{reason} is not a reason for this; send one of: {', '.join(permitted)}."
        raise InvalidFields([FieldProblem("reason", "not_for_this_act", message)])
