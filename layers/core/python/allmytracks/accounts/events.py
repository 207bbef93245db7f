"""What happened to an account, in the past tense; `at` is RFC 3339."""

from __future__ import annotations

from allmytracks.foundation.events import Event


class PasswordChanged(Event, frozen=True):
    """The member changed the password; every other session ended (U-II.III.2.3)."""

    at: str


class PasswordReset(Event, frozen=True):
    """The password was set by a code sent to the address; every session ended."""

    at: str


class LoginLinked(Event, frozen=True):
    """The member linked another provider's login, which opens the account from now on (U-II.II.2.third)."""

    at: str


class AccountFrozenByMember(Event, frozen=True):
    """The member froze the account, because somebody else may use it (U-II.II.2)."""

    at: str


class AccountSuspended(Event, frozen=True):
    """The account was suspended, for a reason (a code) (S-6.1, S-6.1.close)."""

    reason: str
    at: str


class AccountReinstated(Event, frozen=True):
    """A suspension was taken back."""

    reason: str
    at: str


class GuardianAsked(Event, frozen=True):
    """The account is a minor's and waits for the guardian until then (P-minors.contact)."""

    reason: str
    at: str
    until: str


class CorrectionDemanded(Event, frozen=True):
    """The member has to correct these particulars (`fields`, named) until then (U-II.truth)."""

    reason: str
    at: str
    until: str
    fields: str


class CorrectionAccepted(Event, frozen=True):
    """The particulars are in order again."""

    reason: str
    at: str


class TextTakenOff(Event, frozen=True):
    """A text of the account was removed because it breaks the rules (U-II.IV.3)."""

    reason: str
    at: str
    fields: str
    text: str


class TextDemanded(Event, frozen=True):
    """The member has to change a text that breaks the rules until then (U-II.IV.3)."""

    reason: str
    at: str
    until: str
    fields: str
    text: str


class LetterOfAuthorityAccepted(Event, frozen=True):
    """An operator accepted the enterprise's letter of authority (U-II.III.1.4.consent)."""

    reason: str
    at: str


class LetterOfAuthorityRefused(Event, frozen=True):
    """An operator refused the enterprise's letter of authority; the member is asked for another one until then."""

    reason: str
    at: str
    until: str


class ClosingRefused(Event, frozen=True):
    """An operator refused the member's application to close the account (S-6.3)."""

    reason: str
    at: str


class AccountClosing(Event, frozen=True):
    """It was decided that the account closes; that takes effect with the notice of it (S-6.4)."""

    reason: str
    at: str


class AccountClosed(Event, frozen=True):
    """The account is closed, and what it holds is to be erased (U-II.III.3, S-6.5)."""

    reason: str
    at: str


class InactivityWarned(Event, frozen=True):
    """The account was not used for long: it is suspended at `until` unless its member signs in before (S-6.1)."""

    reason: str
    at: str
    until: str
