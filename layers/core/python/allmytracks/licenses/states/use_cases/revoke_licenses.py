"""An operator revokes licences: one by its number, or all of an account since an instant (M-III.5.revoke, M-III.10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import rfc3339, whole_milliseconds
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules_numbers import normal_number
from allmytracks.licenses.states.rules import Revocation, RevocationReason
from allmytracks.payments.events import LicenseRevoked

# As many as one request can revoke within its time-out, with a margin.
AT_ONCE = 100


class Revoked(Struct, frozen=True):
    """A revoked licence; `newly`: by this request.

    `successors` are the letters that superseded it, oldest first; they are revoked with it.
    """

    number: str
    account_id: str
    revocation: Revocation
    newly: bool
    successors: tuple[str, ...] = ()


class AccountRevocation(Struct, frozen=True):
    """Which licences of an account, and why; `run` and `cursor` resume an earlier request's run."""

    account_id: str
    since: datetime
    reason: RevocationReason
    run: datetime | None = None
    cursor: str | None = None
    dry_run: bool = False


class RevokedPart(Struct, frozen=True):
    """The result of one request; `next_cursor` is None at the end. A dry run counts what it would do.

    A licence counts once, however many letters superseded it.
    """

    run: datetime
    revoked: int
    already_revoked: int
    next_cursor: str | None


@dataclass(frozen=True)
class RevokeLicenses:
    """Audited before it is done; the member is notified afterwards. Idempotent: a licence is revoked
    once, and its first revocation stays.

    Raises LicenseNotFound, AccountNotFound, InvalidFields (cursor), Unavailable.
    """

    licenses: Licenses
    accounts: Accounts
    events: Events
    audit: Audit
    clock: Clock

    def __call__(self, number: str, reason: RevocationReason, operator: Operator) -> Revoked:
        """Revokes one licence."""
        number = normal_number(number)
        account_id = self.licenses.owner(number)
        self.audit(operator, "license_revoked", number, reason)
        revocation = Revocation(whole_milliseconds(self.clock.now()), reason)
        done = self._revoke_whole(number, revocation)
        self._tell(account_id, done)
        (_, held), *successors = done
        return Revoked(number, account_id, held, held == revocation, tuple(each for each, _ in successors))

    def of_account(self, wanted: AccountRevocation, operator: Operator) -> RevokedPart:
        """Revokes the next licences, oldest first; concurrently issued ones come last.

        A superseding letter is not a new licence: it is revoked with the one that it corrects, whose date counts.
        """
        self.accounts.get(wanted.account_id)
        act = "licenses_counted" if wanted.dry_run else "licenses_revoked"
        self.audit(operator, act, wanted.account_id, wanted.reason)
        run = whole_milliseconds(wanted.run or self.clock.now())
        page = self.licenses.issued_since(wanted.account_id, wanted.since, limit=AT_ONCE, cursor=wanted.cursor)
        licenses = [each for each in page.items if each.license.supersedes is None]
        valid = [each.license.number for each in licenses if each.state.revocation is None]
        already = [(each.license.number, each.state.revocation) for each in licenses if each.state.revocation]
        if not wanted.dry_run:
            # The notice of earlier ones may be missing: that run may have crashed.
            self._tell(wanted.account_id, already)
            corrected = [each.license.number for each in licenses if each.state.revocation and each.state.supersession]
            self._revoke(wanted, [*valid, *corrected], run)
        return RevokedPart(run, len(valid), len(already), page.next_cursor)

    def _revoke(self, wanted: AccountRevocation, numbers: list[str], run: datetime) -> None:
        held: list[tuple[str, Revocation]] = []
        for number in numbers:
            revocation = Revocation(whole_milliseconds(self.clock.now()), wanted.reason, run)
            held += self._revoke_whole(number, revocation)
        self._tell(wanted.account_id, held)

    def _revoke_whole(self, number: str, revocation: Revocation) -> list[tuple[str, Revocation]]:
        """Revokes a licence, then each letter that superseded it; a revoked one cannot be superseded any more."""
        done: list[tuple[str, Revocation]] = []
        following: str | None = number
        while following is not None:
            done.append((following, self.licenses.revoke(following, revocation)))
            following = self.licenses.public(following).superseded_by
        return done

    def _tell(self, account_id: str, revoked: Iterable[tuple[str, Revocation]]) -> None:
        self.events.publish(
            [
                LicenseRevoked(
                    account_id,
                    number,
                    each.reason.value,
                    rfc3339(each.revoked_at),
                    rfc3339(each.run) if each.run else None,
                )
                for number, each in revoked
            ]
        )
