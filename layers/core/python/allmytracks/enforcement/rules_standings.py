"""Changes of an account's standing, by anti-fraud (temporary) and by operators (M-III.5.fraud, U-III.III.3)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from allmytracks.accounts.rules_states import Restriction
from allmytracks.foundation.errors import Conflict, FieldProblem, InvalidFields


class MeasureKind(StrEnum):
    """An operator's measure on an account."""

    RESTRICT = "restrict"
    EXTEND = "extend"
    LIFT = "lift"
    BAN = "ban"
    UNBAN = "unban"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


class NothingToLift(Conflict):
    """The account is not restricted."""

    code = "not_restricted"


class NotBanned(Conflict):
    """The account is not banned."""

    code = "not_banned"


class NotFrozen(Conflict):
    """The account is not frozen."""

    code = "not_frozen"


class CannotBeFrozen(Conflict):
    """A banned or closed account cannot be frozen."""

    code = "account_ended"


class CannotBeBanned(Conflict):
    """A closed account cannot be banned."""

    code = "account_closed"


def check_until(kind: MeasureKind, until: datetime | None, current: Restriction | None, now: datetime) -> datetime:
    """Checks an operator's end of a restriction. Raises InvalidFields, NothingToLift (nothing to extend)."""
    if until is None:
        raise InvalidFields([FieldProblem("until", "required", "Say until when.")])
    if until.tzinfo is None or until <= now:
        raise InvalidFields([FieldProblem("until", "invalid", "This must be an instant to come, with its zone (…Z).")])
    if kind is MeasureKind.EXTEND:
        if current is None or current.until <= now:
            raise NothingToLift("This account is not restricted; use restrict.")
        if until < current.until:  # the same end again is the same act, whose notice may not have been published
            raise InvalidFields([FieldProblem("until", "invalid", "It ends later than this already.")])
    return until
