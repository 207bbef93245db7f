"""Erases an account from every store, in steps that can be repeated and continued."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.accounts.ports_closing import ReceiptNumbers
from allmytracks.foundation.records import Delete, Pseudonymise
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.privacy.ports import ErasureMarks, Erasures, Holds, Stored, Stores
from allmytracks.privacy.rules_erasure import RECEIPT_TYPE, Erasure, Phase, receipt_of
from allmytracks.privacy.rules_holds import held
from allmytracks.privacy.use_cases.walk import Walk
from allmytracks.signing.ports import LicenseSigner


@dataclass(frozen=True)
class EraseAccount:
    """Counts, erases, and signs the receipt. Progress is saved after each page, so that after a crash or a time-out the
    next call continues; a call after the end changes nothing. Raises UndeclaredRecord, Unavailable.
    """

    walk: Walk
    stores: Stores
    numbers: ReceiptNumbers
    erasures: Erasures
    holds: Holds
    marks: ErasureMarks
    signer: LicenseSigner
    clock: Clock

    def __call__(self, account_id: str) -> Erasure:
        """The erasure: `done`, or `held` where a legal hold keeps something."""
        erasure = self.erasures.begin(Erasure(self.numbers.of(account_id), account_id, self.clock.now()))
        if erasure.phase is Phase.DONE:
            return erasure
        self.marks.put(account_id)  # before anything is gone
        keeps = held(self.holds.of(account_id), self.walk.records)
        if tuple(sorted(keeps)) != erasure.held or (erasure.phase is Phase.HELD and not keeps):
            erasure = self._begun_again(erasure, keeps)
        while erasure.phase not in {Phase.DONE, Phase.HELD}:
            erasure = self._step(erasure)
            self.erasures.save(erasure)
        return erasure

    def _begun_again(self, erasure: Erasure, keeps: frozenset[str]) -> Erasure:
        """From the start under other holds; what a finished round erased stays counted, as it is not found again."""
        gone = {each.name for each in self.walk.records if isinstance(each.erasure, Delete)} - set(erasure.held)
        finished = erasure.counts if erasure.phase is Phase.HELD else {}
        counts = {name: count for name, count in finished.items() if name in gone}
        # What stays is found again, unless only something that was erased led to it.
        stayed = erasure.stayed | {name: count for name, count in finished.items() if name not in gone}
        return replace(
            erasure,
            phase=Phase.COUNTING,
            after=None,
            counts=counts,
            stayed=stayed,
            done_at=None,
            summary=None,
            held=tuple(sorted(keeps)),
        )

    def _step(self, erasure: Erasure) -> Erasure:
        """One page of a phase, or the next phase."""
        account_id, counting = erasure.account_id, erasure.phase is Phase.COUNTING
        found, following = self.walk.page(account_id, erasure.after)
        if erasure.after is None:  # the first page of a phase
            found = [*self.walk.beside(account_id), *found]
        if counting:
            erasure = erasure.counted(record.name for record, _ in found)
        else:
            for record, stored in found:
                if record.name not in erasure.held:
                    apply(self.stores, record.erasure, stored)
        if following is not None:
            return replace(erasure, after=following)
        if counting:
            return replace(erasure, after=None, phase=Phase.ERASING)
        return self._finished(erasure)

    def _finished(self, erasure: Erasure) -> Erasure:
        now = self.clock.now()
        receipt = receipt_of(erasure, self.walk.records, now)
        signed = self.signer.sign(receipt.claims(), RECEIPT_TYPE).jws
        phase = Phase.HELD if any(erasure.counts.get(name) for name in erasure.held) else Phase.DONE
        return replace(erasure, after=None, phase=phase, done_at=now, receipt=signed, summary=receipt)


def apply(stores: Stores, rule: object, stored: Stored) -> None:
    """Does to a record what its declaration says; a repetition does nothing more."""
    match rule:
        case Delete():
            stores.remove(stored)
        case Pseudonymise():
            removed, replaced = rule.changes(stored.attributes)
            if removed or replaced:
                stores.change(stored, removed, replaced)
        case _:
            pass
