"""An operator corrects a clerical mistake in a name by another letter (M-III.8.apply).

The first letter is never edited: it verifies as superseded, with the number of the second. The mistaken name is
corrected on every valid letter and agreement of the account, so that it never has two end users (U-III.II.1).
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_end_users import EndUserChange
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339, whole_milliseconds
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules_numbers import license_number, normal_number
from allmytracks.licenses.states.rules import AlreadySuperseded, LicenseStatus, Supersession, SupersessionReason
from allmytracks.licenses.states.rules_corrections import (
    NameCorrection,
    Named,
    as_spelled_now,
    corrected,
    require_same_persons,
    superseding,
    users_after,
    with_names,
)
from allmytracks.licenses.states.use_cases.named_documents import NamedDocuments, OnRecord
from allmytracks.payments.events import LicenseSuperseded

# A refused write is explained by reading again.
ATTEMPTS = 4


class Superseded(Struct, frozen=True):
    """The superseding document; `newly`: by this request.

    `followed` are the numbers of the account's other documents that were corrected with it; `next_cursor` resumes.
    """

    of: Named
    supersession: Supersession
    newly: bool
    followed: tuple[str, ...] = ()
    next_cursor: str | None = None


@dataclass(frozen=True)
class SupersedeLicense:
    """Audited before it is done; the member is notified afterwards. The same correction again returns its letter.

    Each request corrects the next of the account's other documents too, from `cursor` on. Corrected ones are skipped,
    so that a retry finishes an interrupted run. Raises LicenseNotFound (also where the letter was erased with its
    account), AlreadyRevoked, AlreadySuperseded, SecondOperatorRequired (unless `proven`), EndUserBound, InvalidFields,
    UnprintableText, Unavailable.
    """

    licenses: Licenses
    documents: NamedDocuments
    accounts: Accounts
    events: Events
    audit: Audit
    clock: Clock
    ids: Ids

    def __call__(
        self,
        number: str,
        correction: NameCorrection,
        reason: SupersessionReason,
        operator: Operator,
        *,
        proven: bool = False,
        cursor: str | None = None,
    ) -> Superseded:
        number = normal_number(number)
        account_id = self.licenses.owner(number)
        done = self._corrected(account_id, number, correction, reason, operator, proven=proven)
        self._tell(done, number)
        followed, next_cursor = self._follow(account_id, done.supersession.reason, operator, number, cursor)
        return replace(done, followed=followed, next_cursor=next_cursor)

    def require_possible(self, number: str, correction: NameCorrection) -> str:
        """Checks that two operators can correct it so; returns its account. Raises as the correction itself."""
        account_id = self.licenses.owner(number)
        old = self.documents.get(account_id, number)
        if old.state.supersession is not None:
            self._known(account_id, old, old.state.supersession, correction)
        now = corrected(old.of, old.state, correction)
        users_after(self.accounts.get(account_id).end_users, old.of, now, proven=True)
        return account_id

    def _corrected(
        self,
        account_id: str,
        number: str,
        correction: NameCorrection,
        reason: SupersessionReason,
        operator: Operator,
        *,
        proven: bool,
    ) -> Superseded:
        audited = False
        for _ in range(ATTEMPTS):
            # In this order: a concurrent correction of the account must be visible on the letter.
            users = self.accounts.get(account_id).end_users
            old = self.documents.get(account_id, number)
            if old.state.supersession is not None:
                return self._known(account_id, old, old.state.supersession, correction)
            now = corrected(old.of, old.state, correction)
            if not proven:
                require_same_persons(users, old.of, now, reason)
            after = users_after(users, old.of, now, proven=proven)
            if not audited:
                self.audit(operator, "license_superseded", number, reason)
                audited = True
            done = self._written(now, reason, EndUserChange(users, after))
            if done is not None:
                return done
        raise Unavailable

    def _written(self, now: Named, reason: SupersessionReason, users: EndUserChange) -> Superseded | None:
        """Issues the document under a new number, superseding the one that `now` was made of."""
        at = whole_milliseconds(self.clock.now())
        document = superseding(now, license_number(self.ids.new("license")), at)
        supersession = Supersession(at, document.number, reason)
        done = self.documents.supersede(document, supersession, users)
        return Superseded(document, supersession, newly=True) if done else None

    def _known(
        self, account_id: str, old: OnRecord, supersession: Supersession, correction: NameCorrection
    ) -> Superseded:
        """The superseding document, if one exists with the requested content."""
        successor = self.documents.get(account_id, supersession.superseded_by).of
        wanted = with_names(old.of, correction)
        if (successor.licensee, successor.designated_user) != (wanted.licensee, wanted.designated_user):
            raise AlreadySuperseded(
                f"{supersession.superseded_by} superseded this licence; correct that one.",
                superseded_by=supersession.superseded_by,
            )
        return Superseded(successor, supersession, newly=False)

    def _follow(
        self, account_id: str, reason: SupersessionReason, operator: Operator, first: str, cursor: str | None
    ) -> tuple[tuple[str, ...], str | None]:
        """Corrects the other documents with a mistaken name. New letters use the current end user."""
        page = self.documents.page(account_id, cursor)
        followed = []
        for each in page.items:
            done = self._followed(account_id, each, reason, operator)
            if done is not None:
                self._tell(done, each.of.number, first)
                followed.append(done.of.number)
        return tuple(followed), page.next_cursor

    def _followed(
        self, account_id: str, found: OnRecord, reason: SupersessionReason, operator: Operator
    ) -> Superseded | None:
        audited = False
        for _ in range(ATTEMPTS):
            users = self.accounts.get(account_id).end_users
            now = as_spelled_now(found.of, users)
            if found.state.status is not LicenseStatus.VALID or now == found.of:
                return None
            if not audited:
                self.audit(operator, "license_superseded", found.of.number, reason)
                audited = True
            done = self._written(now, reason, EndUserChange(users, users))
            if done is not None:
                return done
            found = self.documents.get(account_id, found.of.number)
        raise Unavailable

    def _tell(self, done: Superseded, old: str, first: str | None = None) -> None:
        """`first` is the number of the letter whose correction this one followed."""
        of, supersession = done.of, done.supersession
        at = rfc3339(supersession.superseded_at)
        self.events.publish([LicenseSuperseded(of.account_id, old, of.number, supersession.reason.value, at, first)])
