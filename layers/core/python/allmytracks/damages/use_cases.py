"""An operator records liquidated damages (M-III.10)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.catalogue.ports import Tracks
from allmytracks.damages.ports import DamagesBook
from allmytracks.damages.rules import Damages, claim_of
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules_numbers import LicenseNotFound, normal_number
from allmytracks.licenses.states.rules import RevocationReason
from allmytracks.payments.events import DamagesRecorded


class Wanted(Struct, frozen=True):
    """What an operator claims: `amount` in US cents; the pieces by their tracks, or by licences of the account."""

    account_id: str
    amount: int
    track_ids: Collection[str]
    license_numbers: Collection[str]
    reason: RevocationReason
    reference: str | None = None


@dataclass(frozen=True)
class RecordDamages:
    """Audited before it is recorded; the member is notified afterwards. Idempotent.

    Raises AccountNotFound, TrackNotFound, LicenseNotFound (also another account's), InvalidFields, DamagesTooLow,
    Unavailable.
    """

    book: DamagesBook
    accounts: Accounts
    licenses: Licenses
    tracks: Tracks
    events: Events
    audit: Audit
    clock: Clock

    def __call__(self, wanted: Wanted, operator: Operator) -> tuple[Damages, bool]:
        """The record, and whether it is new."""
        self.accounts.get(wanted.account_id)
        numbers = {normal_number(number) for number in wanted.license_numbers}
        pieces = {self.tracks.get(track_id).id for track_id in wanted.track_ids}
        pieces |= {self._licensed(number, wanted.account_id) for number in numbers}
        claim = claim_of(wanted.account_id, wanted.amount, pieces, numbers, wanted.reason, wanted.reference)
        self.audit(operator, "damages_recorded", wanted.account_id, wanted.reason)
        damages = Damages(claim, operator.arn, self.clock.now())
        held = self.book.record(damages)
        why = held.claim.reason.value
        told = DamagesRecorded(wanted.account_id, held.claim.amount, why, rfc3339(held.recorded_at))
        self.events.publish([told])
        return held, held == damages

    def all(self, account_id: str, operator: Operator) -> Sequence[Damages]:
        """The account's claims, oldest first. Raises AccountNotFound."""
        self.audit(operator, "damages_listed", account_id)
        self.accounts.get(account_id)
        return self.book.all(account_id)

    def _licensed(self, number: str, account_id: str) -> str:
        """The piece that a licence of the account is for; it need not be on sale any more."""
        work = self.licenses.public(number).work
        if work is None or self.licenses.owner(number) != account_id:
            raise LicenseNotFound(f"This account has no licence {number} for a piece of music.")
        return work.track_id
