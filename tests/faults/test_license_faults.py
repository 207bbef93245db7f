"""Revoking, correcting and agreeing while DynamoDB fails: done once and whole, whatever failed and when."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.rules_end_users import NamedEndUser
from allmytracks.downloads.dynamodb import DownloadItem, to_item
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.aws.models import bind
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.licenses.agreements.dynamodb import DynamoMusicAgreements
from allmytracks.licenses.dynamodb import DynamoLicenses
from allmytracks.licenses.ports import Binding, LicenseRequest
from allmytracks.licenses.rules import License
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import LicenseStatus, RevocationReason, SupersessionReason
from allmytracks.licenses.states.rules_corrections import NameCorrection
from allmytracks.licenses.states.use_cases.named_documents import NamedDocuments
from allmytracks.licenses.states.use_cases.revoke_licenses import RevokeLicenses
from allmytracks.licenses.states.use_cases.supersede_license import SupersedeLicense
from tests.contract.test_music_agreements import SIGNED
from tests.fakes.foundation import FixedClock, MemoryAuditLog, MemoryEvents
from tests.faults.injector import EVERY_FAULT, Fault, Killed, no_faults
from tests.faults.site import DownloadSite
from tests.license_samples import (
    LicenseWorld,
    grant,
    letter_of,
    license_of,
    licensed_use,
)
from tests.samples import NOW, account

pytestmark = pytest.mark.dynamodb
OPERATOR = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.7")
names = itertools.count()
faulty = pytest.mark.parametrize(("fault", "failures"), list(itertools.product(EVERY_FAULT, [1, 4])), ids=str)


class Office:
    """A licence of an account of its own, and an operator's use cases on the real DynamoDB."""

    def __init__(self, site: DownloadSite) -> None:
        table = site.tables["accounts_table"]
        self.site, self.events, self.clock = site, MemoryEvents(), FixedClock(NOW)
        self.accounts, self.licenses = DynamoAccounts(table), DynamoLicenses(table)
        self.agreements = DynamoMusicAgreements(table)
        account_id = f"acc-of-licences-{next(names)}"
        self.accounts.add(account(account_id), [])
        granted = grant("key-1", account_id)
        to_item(bind(DownloadItem, table), granted).save()
        number = license_number(RandomIds().new("license"))
        self.license: License = license_of(number, granted.download_id, account_id=account_id)
        binding = Binding(licensed_use(), NamedEndUser(self.license.end_user))
        assert self.licenses.issue(letter_of(self.license), LicenseRequest("r-1", "print"), binding)
        audit = Audit(MemoryAuditLog(), self.clock, RandomIds())
        self.revoke = RevokeLicenses(self.licenses, self.accounts, self.events, audit, self.clock)
        self.supersede = SupersedeLicense(
            licenses=self.licenses,
            accounts=self.accounts,
            documents=NamedDocuments(self.licenses, self.agreements, LicenseWorld().issue.print_letter),
            events=self.events,
            audit=audit,
            clock=self.clock,
            ids=RandomIds(),
        )

    def another_letter(self) -> str:
        """One more licence of the account; returns its number."""
        granted = grant("key-2", self.license.account_id)
        to_item(bind(DownloadItem, self.site.tables["accounts_table"]), granted).save()
        number = license_number(RandomIds().new("license"))
        license_ = license_of(number, granted.download_id, account_id=self.license.account_id)
        binding = Binding(licensed_use(), NamedEndUser(license_.end_user))
        assert self.licenses.issue(letter_of(license_), LicenseRequest("r-2", "print"), binding)
        return number

    def agreement(self) -> str:
        """An agreement of the account; returns its number."""
        number, name = license_number(RandomIds().new("license")), self.license.end_user
        licensee = replace(SIGNED.agreement.licensee, name=name)
        agreement = replace(
            SIGNED.agreement, account_id=self.license.account_id, number=number, licensee=licensee, end_user=name
        )
        assert self.agreements.add(replace(SIGNED, agreement=agreement), NamedEndUser(name))
        return number

    def under(self, fault: Fault, failures: int, act: Callable[[], object]) -> None:
        """Acts while the first calls fail, then once more an hour later, while none does."""
        self.site.injector.expect(lambda number, _: fault if number < failures else None)
        with contextlib.suppress(Unavailable, Killed):
            act()
        self.site.injector.expect(no_faults)
        self.clock.advance(hours=1)
        act()


@pytest.fixture
def office(site: DownloadSite) -> Office:
    return Office(site)


@pytest.mark.clause("M-III.5.revoke")
@faulty
def test_a_licence_is_revoked_once(office: Office, fault: Fault, failures: int) -> None:
    number = office.license.number
    office.under(fault, failures, lambda: office.revoke(number, RevocationReason.IMPERSONATION, OPERATOR))
    public, letter = office.licenses.public(number), office.licenses.get(office.license.account_id, number)
    assert public.revoked_at in {NOW, NOW + timedelta(hours=1)}
    assert letter.state == public.state
    assert {event.detail()["at"] for event in office.events.published} == {
        f"{public.revoked_at:%Y-%m-%dT%H:%M:%S}.000Z"
    }


@pytest.mark.clause("M-III.8.apply")
@faulty
def test_a_letter_is_corrected_once_and_whole(office: Office, fault: Fault, failures: int) -> None:
    number, account_id = office.license.number, office.license.account_id
    correction, reason = NameCorrection(licensee="Ada Lovelaice"), SupersessionReason.MISSPELT_NAME
    office.under(fault, failures, lambda: office.supersede(number, correction, reason, OPERATOR))
    letters = {each.license.number: each for each in office.licenses.page(account_id, limit=9, cursor=None).items}
    (successor,) = set(letters) - {number}
    assert office.licenses.public(number).superseded_by == successor
    assert office.licenses.public(successor).status is LicenseStatus.VALID
    assert letters[successor].license.supersedes == number
    assert office.accounts.get(account_id).end_user == "Ada Lovelaice"
    told = {(event.detail()["license_number"], event.detail()["superseded_by"]) for event in office.events.published}
    assert told == {(number, successor)}


@pytest.mark.clause("M-III.8.apply", "U-III.II.1")
@faulty
def test_every_document_of_the_account_follows_a_correction_once(office: Office, fault: Fault, failures: int) -> None:
    number, account_id = office.license.number, office.license.account_id
    follower, agreement = office.another_letter(), office.agreement()
    correction, reason = NameCorrection(licensee="Ada Lovelaice"), SupersessionReason.MISSPELT_NAME
    office.under(fault, failures, lambda: office.supersede(number, correction, reason, OPERATOR))
    successors = set()
    for old in (number, follower, agreement):
        public = office.licenses.public(old)
        assert public.status is LicenseStatus.SUPERSEDED
        assert public.superseded_by is not None
        assert office.licenses.public(public.superseded_by).status is LicenseStatus.VALID
        successors.add(public.superseded_by)
    letters = office.licenses.page(account_id, limit=9, cursor=None).items
    valid = [each for each in letters if each.state.status is LicenseStatus.VALID]
    assert {each.license.end_user for each in valid} == {"Ada Lovelaice"}
    assert len(letters) == 4
    agreed = office.agreements.get(account_id, SIGNED.agreement.order_id).agreement
    assert (agreed.end_user, {agreed.number} < successors) == ("Ada Lovelaice", True)
    assert len(office.agreements.all_of(account_id)) == 2


@pytest.mark.clause("U-III.I.5")
@faulty
def test_an_order_has_one_agreement(office: Office, fault: Fault, failures: int) -> None:
    account_id, offered = office.license.account_id, []

    def agree() -> None:
        number = license_number(RandomIds().new("license"))
        offered.append(number)
        agreement = replace(SIGNED.agreement, account_id=account_id, number=number)
        office.agreements.add(replace(SIGNED, agreement=agreement), NamedEndUser(office.license.end_user))

    office.under(fault, failures, agree)
    held = office.agreements.get(account_id, SIGNED.agreement.order_id).agreement.number
    assert held in offered
    assert office.licenses.public(held).number == held
