"""An operator meets a clerical mistake in a name by another letter (M-III.8.apply).

Nothing of the first letter is edited: it verifies as superseded, with the number of the second.
"""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339, whole_milliseconds
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.licenses.letters.use_cases import PrintLetter
from allmytracks.licenses.ports import EndUserChange, Licenses
from allmytracks.licenses.rules import Letter
from allmytracks.licenses.rules_numbers import license_number, normal_number
from allmytracks.licenses.states.rules import AlreadySuperseded, Supersession, SupersessionReason
from allmytracks.licenses.states.rules_corrections import NameCorrection, corrected, with_names
from allmytracks.payments.events import LicenseSuperseded

# A refused write is explained by reading again.
ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Superseded:
    """The letter that stands in the place of another; `newly` says whether by this request."""

    letter: Letter
    supersession: Supersession
    newly: bool


@dataclass(frozen=True)
class SupersedeLicense:
    """On record before it is done, and the member is told after it; the same correction again answers its letter.

    Raises LicenseNotFound (also where the letter went with its account), AlreadyRevoked, AlreadySuperseded,
    EndUserBound, InvalidFields, UnprintableText, Unavailable.
    """

    licenses: Licenses
    accounts: Accounts
    print_letter: PrintLetter
    events: Events
    audit: Audit
    clock: Clock
    ids: Ids

    def __call__(
        self, number: str, correction: NameCorrection, reason: SupersessionReason, operator: Operator
    ) -> Superseded:
        number = normal_number(number)
        account_id = self.licenses.owner(number)
        audited = False
        for _ in range(ATTEMPTS):
            # In this order: a correction that changed the account a moment ago must be seen on the letter.
            account = self.accounts.get(account_id)
            old = self.licenses.get(account_id, number)
            if old.state.supersession is not None:
                return self._told(self._known(old, old.state.supersession, correction), newly=False)
            now = whole_milliseconds(self.clock.now())
            license_ = corrected(old, correction, license_number(self.ids.new("license")), now)
            after = account.end_users.corrected(old.license.end_user, license_.end_user)
            if not audited:
                self.audit(operator, "license_superseded", number, reason)
                audited = True
            letter = self.print_letter(license_)
            supersession = Supersession(now, license_.number, reason)
            if self.licenses.supersede(letter, supersession, EndUserChange(account.end_users, after)):
                return self._told((letter, supersession), newly=True)
        raise Unavailable

    def _known(
        self, old: Letter, supersession: Supersession, correction: NameCorrection
    ) -> tuple[Letter, Supersession]:
        """The letter that took the place already, if it is what is asked for."""
        successor = self.licenses.get(old.license.account_id, supersession.superseded_by)
        bears = (successor.license.licensee, successor.license.designated_user)
        if bears != with_names(old.license, correction):
            raise AlreadySuperseded(
                f"{supersession.superseded_by} stands in the place of this licence; correct that one.",
                superseded_by=supersession.superseded_by,
            )
        return successor, supersession

    def _told(self, done: tuple[Letter, Supersession], *, newly: bool) -> Superseded:
        letter, supersession = done
        of = letter.license
        self.events.publish(
            [
                LicenseSuperseded(
                    of.account_id,
                    of.supersedes or "",
                    of.number,
                    supersession.reason.value,
                    rfc3339(supersession.superseded_at),
                )
            ]
        )
        return Superseded(letter, supersession, newly)
