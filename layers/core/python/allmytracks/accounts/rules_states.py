"""What an account may do in each state: the one table for all use cases (M-III.5.fraud, M-V.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.accounts.rules import (
    Account,
    AccountFrozen,
    AccountNotVerified,
    AccountStatus,
    GuardianConsentRequired,
)
from allmytracks.foundation.errors import Conflict, Forbidden


class Act(StrEnum):
    """An act of a member that depends on the account's state."""

    SIGN_IN = "sign_in"
    REFRESH = "refresh"
    SIGN_OUT = "sign_out"
    READ = "read"
    ASK_GUARDIAN = "ask_guardian"
    PARTICULARS = "particulars"
    END_SESSIONS = "end_sessions"
    FREEZE = "freeze"
    CONSENT = "consent"
    BILLING = "billing"
    ORDER = "order"
    QUIT = "quit"
    DOWNLOAD = "download"
    LINK = "link"
    LICENSE = "license"
    PACK = "pack"
    DEVICE = "device"
    TICKET = "ticket"
    CLOSE = "close"
    EXPORT = "export"


class StateEvent(StrEnum):
    """What moves an account from one state to another; a restriction passes by itself and is none of them."""

    ADDRESS_PROVED = "address_proved"
    GUARDIAN_CONSENTED = "guardian_consented"
    GUARDIAN_CONSENTED_BEFORE_PROOF = "guardian_consented_before_proof"
    GUARDIAN_ASKED = "guardian_asked"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    BAN = "ban"
    UNBAN = "unban"
    CLOSING_BEGINS = "closing_begins"
    CLOSING_ENDS_WITHOUT_EFFECT = "closing_ends_without_effect"
    CLOSE = "close"


class StateConflict(Conflict):
    """The account is in a state in which this cannot happen to it."""

    code = "account_state_conflict"


class AccountRestricted(Forbidden):
    """The account is temporarily restricted (M-III.5.fraud)."""

    code = "account_restricted"


class Restriction(Struct, frozen=True):
    """No downloads, licences and orders until then, and why (a code)."""

    reason: str
    until: datetime


class Transition(Struct, frozen=True):
    """From which states an event moves an account, and to which one; None: the one that it had before."""

    since: frozenset[AccountStatus]
    to: AccountStatus | None


_OPEN = frozenset({AccountStatus.ACTIVE, AccountStatus.FROZEN, AccountStatus.SUSPENDED})
_NOT_ENDED = frozenset(AccountStatus) - {AccountStatus.CLOSING, AccountStatus.CLOSED}
# The only moves that there are; each is written on the condition that the account still is in the state before.
TRANSITIONS: Mapping[StateEvent, Transition] = {
    StateEvent.ADDRESS_PROVED: Transition(frozenset({AccountStatus.UNVERIFIED}), AccountStatus.ACTIVE),
    StateEvent.GUARDIAN_CONSENTED: Transition(frozenset({AccountStatus.AWAITING_GUARDIAN}), AccountStatus.ACTIVE),
    StateEvent.GUARDIAN_CONSENTED_BEFORE_PROOF: Transition(
        frozenset({AccountStatus.AWAITING_GUARDIAN}), AccountStatus.UNVERIFIED
    ),
    StateEvent.GUARDIAN_ASKED: Transition(frozenset({AccountStatus.ACTIVE}), AccountStatus.AWAITING_GUARDIAN),
    StateEvent.FREEZE: Transition(_NOT_ENDED - {AccountStatus.BANNED, AccountStatus.FROZEN}, AccountStatus.FROZEN),
    StateEvent.UNFREEZE: Transition(frozenset({AccountStatus.FROZEN}), None),
    StateEvent.SUSPEND: Transition(frozenset({AccountStatus.ACTIVE}), AccountStatus.SUSPENDED),
    StateEvent.REINSTATE: Transition(frozenset({AccountStatus.SUSPENDED}), AccountStatus.ACTIVE),
    StateEvent.BAN: Transition(_NOT_ENDED - {AccountStatus.BANNED}, AccountStatus.BANNED),
    StateEvent.UNBAN: Transition(frozenset({AccountStatus.BANNED}), None),
    StateEvent.CLOSING_BEGINS: Transition(
        _OPEN | {AccountStatus.BANNED, AccountStatus.AWAITING_GUARDIAN}, AccountStatus.CLOSING
    ),
    StateEvent.CLOSING_ENDS_WITHOUT_EFFECT: Transition(frozenset({AccountStatus.CLOSING}), None),
    StateEvent.CLOSE: Transition(frozenset({AccountStatus.CLOSING}), AccountStatus.CLOSED),
}


def can(status: AccountStatus, event: StateEvent) -> bool:
    """Whether an event can happen to an account in this state."""
    return status in TRANSITIONS[event].since


def moved(status: AccountStatus, event: StateEvent, before: AccountStatus) -> AccountStatus:
    """The state after an event; `before` is the one that a ban or closing gives back. Raises StateConflict."""
    transition = TRANSITIONS[event]
    if not can(status, event):
        states = ", ".join(sorted(transition.since))
        raise StateConflict(f"This account is {status}; this can happen only to one that is: {states}.", status=status)
    return transition.to or before


_SESSION = frozenset(
    {
        Act.SIGN_IN,
        Act.REFRESH,
        Act.SIGN_OUT,
        Act.END_SESSIONS,
        Act.READ,
        Act.CONSENT,
        Act.QUIT,
        Act.CLOSE,
        Act.TICKET,
        Act.EXPORT,
    }
)
# What the member owns already: billing particulars, the files of letters, devices and their recordings.
_OWN = frozenset({Act.BILLING, Act.PACK, Act.DEVICE, Act.ASK_GUARDIAN, Act.PARTICULARS, Act.FREEZE})
_ALL = frozenset(Act)
# A consent can be withdrawn in every state of an account that there is (P-15.consent).
# A session from before a freeze, a ban or a closing can read, cancel and sign out until its token expires; it is not
# renewed.
_ENDED = frozenset({Act.SIGN_OUT, Act.END_SESSIONS, Act.READ, Act.CONSENT, Act.QUIT})

BY_STATUS: Mapping[AccountStatus, frozenset[Act]] = {
    AccountStatus.UNVERIFIED: _SESSION,
    AccountStatus.AWAITING_GUARDIAN: _SESSION | {Act.ASK_GUARDIAN, Act.FREEZE},
    AccountStatus.ACTIVE: _ALL,
    # All sign-ins ended until the owner has proved ownership or an operator decided (U-II.II.2).
    AccountStatus.FROZEN: _ENDED | {Act.FREEZE, Act.CLOSE, Act.TICKET},
    AccountStatus.SUSPENDED: _SESSION,
    # Who was banned can say that it was wrong.
    AccountStatus.BANNED: _ENDED | {Act.TICKET},
    AccountStatus.CLOSING: _ENDED,
    # Its data are erased, and nothing may be stored of it again.
    AccountStatus.CLOSED: _ENDED - {Act.CONSENT},
}
# Of an active account while it is restricted.
RESTRICTED: frozenset[Act] = _SESSION | _OWN

_REFUSALS: dict[AccountStatus, tuple[type[Forbidden], str]] = {
    AccountStatus.UNVERIFIED: (AccountNotVerified, "Prove your e-mail address with the code that was sent to it."),
    AccountStatus.AWAITING_GUARDIAN: (
        GuardianConsentRequired,
        "Your guardian has not consented yet; the link can be sent again.",
    ),
    AccountStatus.FROZEN: (AccountFrozen, "This account is frozen; write to the customer service."),
    AccountStatus.SUSPENDED: (AccountFrozen, "This account is suspended; write to the customer service."),
    AccountStatus.CLOSING: (AccountFrozen, "This account is being closed."),
    AccountStatus.BANNED: (AccountFrozen, "This account was banned; write to the customer service."),
    AccountStatus.CLOSED: (AccountFrozen, "This account was closed."),
}


def require_may(account: Account, act: Act, restriction: Restriction | None, now: datetime) -> None:
    """Checks that the account's state permits an act; `restriction` is the last one, ended or not.

    Raises AccountNotVerified, GuardianConsentRequired, AccountFrozen, AccountRestricted.
    """
    require_status(account, act)
    if act not in RESTRICTED and restriction is not None and restriction.until > now:
        raise account_restricted(restriction.until, restriction.reason)


def require_status(account: Account, act: Act) -> None:
    """As require_may, for acts that a restriction does not affect."""
    if act not in BY_STATUS[account.status]:
        raise refusal_of(account.status)


def refusal_of(status: AccountStatus) -> Forbidden:
    """The refusal of an act that this status does not permit."""
    refusal, detail = _REFUSALS[status]
    return refusal(detail, account_status=status)


def account_restricted(until: datetime, reason: str | None) -> AccountRestricted:
    """The refusal of a restricted account, with the reason code and the instant at which it ends."""
    message = "This account is restricted for a while: it can neither download nor license nor order."
    return AccountRestricted(message, until=until, reason=reason)
